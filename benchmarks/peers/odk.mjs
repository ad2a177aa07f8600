// ODK's engine of web forms, `@getodk/xforms-engine`, on the form as an XForm. It reads XML through a
// DOM, for which it is tested with `jsdom`. No condition is set for its module: the default build
// carries the reactive build of Solid inside, whereas Solid's own build for node would not react.

import { pathToFileURL } from "node:url";
import { interview, load, versionOf, where } from "./measure.mjs";

const NOTE =
  "one answer: the value is set, which brings relevance and calculations of the whole form up to date " +
  "at once, and the next relevant question is looked for; load: the XForm is written, read through jsdom " +
  "and made an instance; an answer off the route is held, but reads as none from outside as well";

const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** A condition of the form in XPath, where what has no answer is an empty text. */
function xpath(condition, paths) {
  const [word, first, second] = condition;
  const joined = () => condition.slice(1).map((part) => `(${xpath(part, paths)})`).join(` ${word} `);
  const is = (choice) => `${paths.get(first)} = '${choice}'`;
  switch (word) {
    case "and":
    case "or":
      return joined();
    case "yes":
      return is("yes");
    case "in":
      return second.map(is).join(" or ");
    case "has":
      return `selected(${paths.get(first)}, '${second}')`;
    case ">=":
    case "<":
      return `${paths.get(first)} ${word} ${second}`;
    default:
      throw new Error(`A condition begins with '${word}', which has no translation into XPath.`);
  }
}

function bind(path, item, paths) {
  const relevant = item.ask_if && ` relevant="${escaped(xpath(item.ask_if, paths))}"`;
  const value = item.value && ` calculate="${escaped(`if(${xpath(item.value, paths)}, 'yes', 'no')`)}"`;
  const type = item.kind === "integer" ? "int" : "string";
  return `<bind nodeset="${path}" type="${type}"${relevant ?? ""}${value ?? ""}/>`;
}

function control(path, item) {
  const label = `<label>${escaped(item.name)}</label>`;
  if (item.kind === "computed") return "";
  if (item.kind === "integer") return `<input ref="${path}">${label}</input>`;
  const word = item.kind === "any_of" ? "select" : "select1";
  const choices = item.choices.map(
    (name) => `<item><label>${escaped(name)}</label><value>${escaped(name)}</value></item>`,
  );
  return `<${word} ref="${path}">${label}${choices.join("")}</${word}>`;
}

/** The form as an XForm: a group for each section, and absolute paths, as pyxform writes them. */
function xform({ name, sections }) {
  const paths = new Map();
  for (const section of sections) {
    for (const item of section.items) paths.set(item.name, `/data/${section.name}/${item.name}`);
  }
  const nodes = [];
  const binds = [];
  const body = [];
  for (const section of sections) {
    const path = `/data/${section.name}`;
    nodes.push(`<${section.name}>${section.items.map((one) => `<${one.name}/>`).join("")}</${section.name}>`);
    if (section.gate) binds.push(`<bind nodeset="${path}" relevant="${escaped(xpath(section.gate, paths))}"/>`);
    for (const item of section.items) binds.push(bind(paths.get(item.name), item, paths));
    const controls = section.items.map((item) => control(paths.get(item.name), item));
    body.push(`<group ref="${path}"><label>${escaped(section.title)}</label>${controls.join("")}</group>`);
  }
  return (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">' +
    `<h:head><h:title>${escaped(name)}</h:title><model><instance><data id="${escaped(name)}">` +
    `${nodes.join("")}</data></instance>${binds.join("")}</model></h:head>` +
    `<h:body>${body.join("")}</h:body></h:html>`
  );
}

/**
 * jsdom's own list of the elements in an element takes square time to read, a browser's does not. An
 * array serves the engine as well, which only goes through them.
 */
function giveChildrenAsArrays({ Element, Document }) {
  const isElement = (node) => node.nodeType === 1;
  const children = {
    configurable: true,
    get() {
      return [...this.childNodes].filter(isElement);
    },
  };
  for (const { prototype } of [Element, Document]) Object.defineProperty(prototype, "children", children);
}

/** The engine, to which node has to look like a browser while its module is read, no longer. */
async function engine() {
  const { window } = new (load("jsdom").JSDOM)("");
  for (const name of ["window", "document", "DOMParser", "Node"]) globalThis[name] = window[name];
  giveChildrenAsArrays(window);
  const { process } = globalThis;
  globalThis.process = undefined;
  try {
    return await import(pathToFileURL(where("@getodk/xforms-engine/dist/index.js")).href);
  } finally {
    globalThis.process = process;
  }
}

const { createInstance } = await engine();

async function open(form) {
  const { root } = await createInstance(xform(form));
  const order = root.currentState.children.flatMap((section) => [...section.currentState.children]);
  const names = form.sections.flatMap((section) => section.items.map((item) => item.name));
  const kinds = new Map(form.sections.flatMap((s) => s.items.map((item) => [item.name, item.kind])));
  const places = new Map(names.map((name, at) => [name, at]));
  const node = (name) => order[places.get(name)];
  const isRelevant = (one) => one.currentState.relevant;
  const isAsked = (one) => one.nodeType !== "model-value" && isRelevant(one);

  function answer(name, value) {
    const one = node(name);
    if (one.nodeType === "select") one.selectValues(Array.isArray(value) ? value : [value]);
    else one.setValue(BigInt(value));
    let next = places.get(name) + 1;
    while (next < order.length && !isAsked(order[next])) next += 1;
  }

  function value(name) {
    const held = node(name).currentState.value;
    if (kinds.get(name) === "any_of") return held.length ? [...held] : null;
    if (kinds.get(name) === "integer") return held === null ? null : Number(held);
    return (Array.isArray(held) ? held[0] : held) || null;
  }

  return { answer, value, relevant: () => names.filter((name) => isRelevant(node(name))) };
}

await interview({
  engine: "xforms-engine",
  version: versionOf("@getodk/xforms-engine"),
  note: NOTE,
  open,
});
