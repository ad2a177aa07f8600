// INSEE's `@inseefr/lunatic`: one question per page, as for telephone interviews; the condition of each
// question, with that of its section before it, is a `conditionFilter` in VTL; computed values are
// calculated variables. Its public door is a React hook, `useLunatic`. What that hook calls is called
// here without React: the reducer for an answer and for the next page, and the filling of the components
// of a page, which evaluates their conditions.
//
// A fourth argument says what becomes of answers that leave the route: "kept" (the questionnaire has no
// `cleaning`), or "cleaned" (it has, as INSEE's own generator writes it: each question is emptied when
// something that its condition reads has changed and the condition does not hold; this happens as the
// page is left, so that a change taken back on the same page loses nothing).

import { interview, load, versionOf, where } from "./measure.mjs";

const part = (path) => load(where(`@inseefr/lunatic/use-lunatic/${path}.js`));
const { goNextPageAction, handleChangesAction } = part("actions");
const { fillComponents } = part("commons/fill-components/fill-components");
const { getComponentsFromState } = part("commons/get-components-from-state");
const { reducer } = part("reducer/reducer");
const { reducerInitializer } = part("reducer/reducerInitializer");

const clearing = process.argv[5] ?? "kept";
const NOTE =
  "one answer: handleChanges, the components of its page filled again, the next page that is not empty, " +
  "and its components filled; React's own work and the interpreting of labels are left out; conditions " +
  "further on are evaluated when their page comes; computed items count as relevant if the condition of their section holds";

const vtl = (value) => ({ type: "VTL", value });
// Plain texts, which need no interpreter: what is compared are the conditions.
const label = (text) => ({ type: "TXT", value: text });
const box = (name, choice) => `${name}_${choice}`;

/** A condition in VTL. What has no answer is null there, and a filter that is null does not hold. */
function expression(condition) {
  const [word, first, second] = condition;
  switch (word) {
    case "and":
    case "or":
      return condition.slice(1).map((one) => `(${expression(one)})`).join(` ${word} `);
    case "yes":
      return `${first} = "yes"`;
    case "in":
      return `${first} in {${second.map((choice) => `"${choice}"`).join(", ")}}`;
    case "has":
      return box(first, second);
    case ">=":
    case "<":
      return `${first} ${word} ${second}`;
    default:
      throw new Error(`A condition begins with '${word}', which has no translation into VTL.`);
  }
}

/** The variables that a condition reads. */
function reads(condition) {
  const [word, first, second] = condition;
  if (word === "and" || word === "or") return [...new Set(condition.slice(1).flatMap(reads))];
  return [word === "has" ? box(first, second) : first];
}

const both = (gate, askIf) => (gate && askIf ? ["and", gate, askIf] : gate ?? askIf);
const answered = ({ name, kind, choices }) =>
  kind === "any_of" ? choices.map((choice) => box(name, choice)) : [name];
const filter = (condition) => (condition ? { conditionFilter: vtl(expression(condition)) } : {});

function variables(item) {
  if (item.kind !== "computed") {
    return answered(item).map((name) => ({ variableType: "COLLECTED", name, values: { COLLECTED: null } }));
  }
  const value = vtl(`if ${expression(item.value)} then "yes" else "no"`);
  const bindingDependencies = reads(item.value);
  return [{ variableType: "CALCULATED", name: item.name, expression: value, bindingDependencies }];
}

function component(item, condition, page) {
  const { name, kind, choices } = item;
  const common = { id: name, page, label: label(name), ...filter(condition) };
  if (kind === "integer") {
    return { ...common, componentType: "InputNumber", min: 0, max: 99, decimals: 0, response: { name } };
  }
  if (kind === "any_of") {
    const responses = choices.map((one) => (
      { id: box(name, one), label: label(one), response: { name: box(name, one) } }
    ));
    return { ...common, componentType: "CheckboxGroup", responses };
  }
  const options = choices.map((value) => ({ value, label: label(value) }));
  return { ...common, componentType: "Radio", options, response: { name } };
}

/** For each variable, what is to be emptied when it changes, and the condition under which it is not. */
function cleaning(items, conditions) {
  const computed = new Map(items.filter((one) => one.value).map((one) => [one.name, reads(one.value)]));
  const sources = (name) => (computed.has(name) ? computed.get(name).flatMap(sources) : [name]);
  const table = {};
  for (const item of items) {
    const condition = conditions.get(item.name);
    if (!condition || item.kind === "computed") continue;
    for (const source of reads(condition).flatMap(sources)) {
      table[source] ??= {};
      for (const name of answered(item)) table[source][name] = [{ expression: expression(condition) }];
    }
  }
  return table;
}

/** The form as Lunatic reads it, and where its items are. An empty page closes it. */
function questionnaire({ name, sections }) {
  const items = sections.flatMap((section) => section.items);
  const conditions = new Map();
  const pages = new Map();
  const components = [];
  for (const section of sections) {
    const first = String(pages.size + 1);
    components.push({
      componentType: "Sequence", id: section.name, page: first, label: label(section.title),
      ...filter(section.gate),
    });
    for (const item of section.items) {
      const condition = item.kind === "computed" ? section.gate : both(section.gate, item.ask_if);
      conditions.set(item.name, condition);
      if (item.kind === "computed") continue;
      pages.set(item.name, pages.size + 1);
      components.push(component(item, condition, String(pages.size)));
    }
  }
  const maxPage = String(pages.size + 1);
  components.push({ componentType: "Sequence", id: "end", page: maxPage, label: label("End") });
  const source = {
    id: name, label: label(name), pagination: "question", maxPage, components,
    variables: items.flatMap(variables),
    ...(clearing === "cleaned" ? { cleaning: cleaning(items, conditions) } : {}),
  };
  return { source, items, conditions, pages };
}

function open(form) {
  const { source, items, conditions, pages } = questionnaire(form);
  const logger = ({ error }) => {
    throw error;
  };
  let state = reducerInitializer({ source, data: {}, logger });
  const nothing = () => {};
  const fixed = {
    disableFilters: false, disableFiltersDescription: true, preferences: ["COLLECTED"],
    management: false, shortcut: false, logger, handleChanges: nothing,
    goToPage: nothing, goNextPage: nothing, goPreviousPage: nothing,
  };
  const filled = () => fillComponents(getComponentsFromState(state), { ...fixed, ...state });
  const kinds = new Map(items.map((item) => [item.name, item]));

  function answer(name, value) {
    const item = kinds.get(name);
    const responses =
      item.kind === "any_of"
        ? item.choices.map((choice) => ({ name: box(name, choice), value: value.includes(choice) }))
        : [{ name, value }];
    state = { ...state, pager: { ...state.pager, page: pages.get(name) } };
    state = reducer(state, handleChangesAction(responses));
    filled();
    state = reducer(state, goNextPageAction({}));
    filled();
  }

  function value(name) {
    const { kind, choices } = kinds.get(name);
    if (kind !== "any_of") return state.variables.get(name);
    const held = choices.map((choice) => state.variables.get(box(name, choice)));
    if (held.every((one) => one === null)) return null;
    return choices.filter((_, at) => held[at]);
  }

  function isRelevant(name) {
    const condition = conditions.get(name);
    return !condition || state.executeExpression(vtl(expression(condition))) === true;
  }

  filled();
  return { answer, value, relevant: () => items.map((item) => item.name).filter(isRelevant) };
}

await interview({
  engine: `lunatic ${clearing}`,
  version: versionOf("@inseefr/lunatic"),
  note: NOTE,
  open,
});
