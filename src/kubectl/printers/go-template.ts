import { KubectlError } from "../kubectl-error.ts";
import { byBytes, sortedJson } from "./go-json.ts";
import { goText } from "./go-syntax.ts";
import { isTrue, templateFunctions } from "./go-template-functions.ts";
import { type Block, type Expression, type Node, parseGoTemplate, type Pipeline } from "./go-template-parser.ts";

/** `-o go-template=…`: Go's text/template over JSON. Throws KubectlError. https://pkg.go.dev/text/template */
export function executeGoTemplate(text: string, value: unknown, isStrict = false): string {
  const nodes = parseGoTemplate(text);
  const execution = new Execution(isStrict);
  try {
    return execution.nodes(nodes, { dot: value, variables: new Map([["$", { value }]]) });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { at, why } = error;
    const before = text.slice(0, placeOf(at)).split("\n");
    const place = `output:${before.length}:${before.at(-1)?.length ?? 0}`;
    const problem = `template: ${place}: executing "output" at <${at?.source ?? ""}>: ${why}`;
    const output = execution.written + debugText({ problem, text, value });
    throw new KubectlError(`error executing template ${JSON.stringify(text)}: ${problem}`, { output });
  }
}

/** Go speaks of a chain of fields by its second one. */
function placeOf(at: Expression | undefined): number {
  if (at?.kind !== "field" || at.of || at.variable !== undefined || at.names.length < 2) return at?.at ?? 0;
  return at.at + 1 + (at.names[0]?.length ?? 0);
}

/** What is printed where the result should be. */
function debugText({ problem, text, value }: { problem: string; text: string; value: unknown }): string {
  return `Error executing template: ${problem}. Printing more information for debugging the template:
\ttemplate was:
\t\t${text}
\traw data was:
\t\t${sortedJson(value)}
\tobject given to template engine was:
\t\t${goText(value)}

`;
}

class TemplateError extends Error {
  readonly at: Expression | undefined;
  readonly why: string;

  constructor(at: Expression | undefined, why: string) {
    super(why);
    this.at = at;
    this.why = why;
  }
}

interface Scope {
  readonly dot: unknown;
  readonly variables: ReadonlyMap<string, { value: unknown }>;
}

class Execution {
  /** All that came before an error. */
  written = "";
  readonly #isStrict: boolean;

  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  nodes(nodes: readonly Node[], scope: Scope): string {
    let inner = scope;
    let out = "";
    for (const node of nodes) {
      const { text, scope: next } = this.#node(node, inner);
      out += text;
      inner = next;
    }
    return out;
  }

  #node(node: Node, scope: Scope): { text: string; scope: Scope } {
    switch (node.kind) {
      case "text":
        return { text: this.#write(node.text), scope };
      case "action": {
        const value = this.#pipeline(node.pipeline, scope);
        if (node.pipeline.assign) return { text: "", scope };
        if (node.pipeline.declares.length > 0)
          return { text: "", scope: declare(scope, node.pipeline.declares, [value]) };
        return { text: this.#write(goText(value)), scope };
      }
      case "if":
      case "with": {
        const value = this.#pipeline(node.pipeline, scope);
        const inner = declare(scope, node.pipeline.declares, [value]);
        const chosen = isTrue(value) ? node.body : node.otherwise;
        const dot = node.kind === "with" && isTrue(value) ? value : scope.dot;
        return { text: this.nodes(chosen, { ...inner, dot }), scope };
      }
      case "range":
        return { text: this.#range(node, scope), scope };
    }
  }

  #write(text: string): string {
    this.written += text;
    return text;
  }

  #range({ pipeline, body, otherwise }: Block, scope: Scope): string {
    const value = this.#pipeline(pipeline, scope);
    const entries = entriesOf(value);
    if (!entries) throw this.#error(pipeline.commands[0]?.[0], `range can't iterate over ${goText(value)}`);
    if (entries.length === 0) return this.nodes(otherwise, scope);
    return entries
      .map(([key, item]) => {
        const named = pipeline.declares.length > 1 ? [key, item] : [item];
        return this.nodes(body, { ...declare(scope, pipeline.declares, named), dot: item });
      })
      .join("");
  }

  #pipeline({ commands, declares, assign }: Pipeline, scope: Scope): unknown {
    let value: unknown;
    for (const [index, command] of commands.entries()) value = this.#command(command, scope, index > 0 ? [value] : []);
    const variable = assign ? scope.variables.get(declares[0] ?? "") : undefined;
    if (variable) variable.value = value;
    return value;
  }

  #command([first, ...args]: readonly Expression[], scope: Scope, last: readonly unknown[]): unknown {
    if (!first) return undefined;
    if (first.kind !== "function") return this.#value(first, scope);
    const call = templateFunctions[first.name];
    if (!call) throw this.#error(first, `function ${JSON.stringify(first.name)} not defined`);
    // These look at no more arguments than they must.
    if (first.name === "and" || first.name === "or") return this.#shortCircuit(first.name, { args, scope, last });
    const values = [...args.map((arg) => this.#value(arg, scope)), ...last];
    try {
      return call(...values);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#error(first, `error calling ${first.name}: ${error.message}`);
    }
  }

  #shortCircuit(
    name: "and" | "or",
    { args, scope, last }: { args: readonly Expression[]; scope: Scope; last: readonly unknown[] },
  ): unknown {
    let value: unknown;
    for (const next of [...args.map((arg) => () => this.#value(arg, scope)), ...last.map((one) => () => one)]) {
      value = next();
      if (isTrue(value) === (name === "or")) return value;
    }
    return value;
  }

  #value(expression: Expression, scope: Scope): unknown {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "dot":
        return scope.dot;
      case "function":
        return this.#command([expression], scope, []);
      case "pipeline":
        return this.#pipeline(expression.pipeline, scope);
      case "field":
        return this.#field(expression, scope);
    }
  }

  #field(expression: Extract<Expression, { kind: "field" }>, scope: Scope): unknown {
    const { of, names } = expression;
    let value = of ? this.#value(of, scope) : scope.dot;
    if (expression.variable !== undefined) {
      const variable = scope.variables.get(expression.variable);
      if (!variable) throw this.#error(expression, `undefined variable: ${expression.variable}`);
      value = variable.value;
    }
    for (const name of names) {
      if (value === undefined) return undefined;
      if (value === null) throw this.#error(expression, `nil pointer evaluating interface {}.${name}`);
      if (typeof value !== "object" || Array.isArray(value)) {
        throw this.#error(expression, `can't evaluate field ${name} in type interface {}`);
      }
      if (this.#isStrict && !Object.hasOwn(value, name))
        throw this.#error(expression, `map has no entry for key ${JSON.stringify(name)}`);
      value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    }
    return value;
  }

  #error(at: Expression | undefined, why: string): TemplateError {
    return new TemplateError(at, why);
  }
}

function declare(scope: Scope, names: readonly string[], values: readonly unknown[]): Scope {
  if (names.length === 0) return scope;
  const variables = new Map(scope.variables);
  for (const [index, name] of names.entries()) variables.set(name, { value: values[index] });
  return { ...scope, variables };
}

function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item]);
  if (typeof value === "object") return Object.entries(value).toSorted(([a], [b]) => byBytes(a, b));
  if (typeof value === "number") return Array.from({ length: value }, (_, index) => [index, index]);
  return undefined;
}
