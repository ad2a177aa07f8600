// SurveyJS `survey-core`: sections are pages, gates and conditions are `visibleIf`, computed values are
// expression questions. A fourth argument says what becomes of answers that are hidden
// (`clearInvisibleValues`): "none" keeps them, "onHidden" clears those whose own condition fails,
// "onHiddenContainer" also those whose section closes.

import { interview, load, versionOf } from "./measure.mjs";

const { Model } = load("survey-core");
const clearing = process.argv[5] ?? "none";

const TYPES = { yes_no: "radiogroup", one_of: "radiogroup", any_of: "checkbox", integer: "text" };

function condition([word, ...rest]) {
  const [name, value] = rest;
  switch (word) {
    case "and":
    case "or":
      return `(${rest.map(condition).join(` ${word} `)})`;
    case "yes":
      return `{${name}} = 'yes'`;
    case "in":
      return `(${value.map((one) => `{${name}} = '${one}'`).join(" or ")})`;
    case "has":
      return `{${name}} contains '${value}'`;
    default:
      return `{${name}} ${word} ${value}`;
  }
}

function element({ name, kind, choices, ask_if: askIf, value }) {
  const visible = askIf ? { visibleIf: condition(askIf) } : {};
  if (kind === "computed") {
    return { name, type: "expression", expression: `iif(${condition(value)}, 'yes', 'no')`, ...visible };
  }
  const numbers = kind === "integer" ? { inputType: "number" } : { choices };
  return { name, type: TYPES[kind], ...numbers, ...visible };
}

function open(form) {
  const survey = new Model({
    clearInvisibleValues: clearing,
    pages: form.sections.map(({ name, gate, items }) => ({
      name: `page_${name}`,
      elements: items.map(element),
      ...(gate ? { visibleIf: condition(gate) } : {}),
    })),
  });
  const questions = survey.getAllQuestions();
  return {
    answer: (item, value) => survey.setValue(item, value),
    relevant: () =>
      questions.filter((one) => one.isVisible && one.isParentVisible).map((one) => one.name),
    value: (item) => survey.getValue(item),
  };
}

await interview({
  engine: `survey-core ${clearing}`,
  version: versionOf("survey-core"),
  note: "one answer: setValue, which runs the conditions at once; the next item is not looked for",
  open,
});
