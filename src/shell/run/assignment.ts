import { parse } from "unbash";
import type { Assignment, Word } from "unbash";

import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { Elements } from "../elements.ts";
import { textOf } from "../expand/emit.ts";
import type { Emit } from "../expand/emit.ts";
import { joined } from "../expand/joined.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { FieldSink } from "../expand/sink.ts";
import { sourceOf } from "../parser.ts";
import type { Shell } from "../shell.ts";
import type { Compiler } from "./compiler.ts";
import { after, forEachInOrder } from "./outcome.ts";

/** Assigns; gives what `set -x` shows of it. */
export type Assign = (shell: Shell) => string | Promise<string>;

export function compileAssignment(assignment: Assignment, compiler: Compiler): Assign {
  const { name, value, index, append } = assignment;
  if (value.type === "ArrayValue") return compileArray(assignment, value.elements, compiler);
  const emit = compiler.words.assigned(value);
  if (index) return compileElement(name, compiler.words.word(index), emit, append === true);
  if (append) return (shell) => after(textOf(shell, emit), (text) => assign(shell, name, appended(shell, name, text)));
  return (shell) => {
    const text = textOf(shell, emit);
    return text instanceof Promise ? text.then((known) => assign(shell, name, known)) : assign(shell, name, text);
  };
}

function assign(shell: Shell, name: string, value: string): string {
  const { variables, options, dialect } = shell;
  const isInteger = dialect.bash && variables.find(name)?.integer;
  shell.countText(value.length);
  variables.set(name, isInteger ? String(evaluateArithmetic(shell, value)) : value);
  if (options.allexport) variables.export(name);
  if (name === "OPTIND") shell.optionOffset = 0;
  return options.xtrace ? `${name}=${dialect.name === "dash" ? value : quoteIfNeeded(value)}` : "";
}

function appended(shell: Shell, name: string, text: string): string {
  const { variables } = shell;
  if (!variables.find(name)?.integer) return joined(variables.get(name) ?? "", text);
  return String(evaluateArithmetic(shell, `${variables.get(name) ?? 0}+(${text})`));
}

function compileElement(name: string, subscript: Emit, value: Emit, append: boolean): Assign {
  return (shell) =>
    after(textOf(shell, subscript), (key) =>
      after(textOf(shell, value), (text) => {
        setElement(shell, name, key, { text, append });
        return `${name}[${key}]=${text}`;
      }),
    );
}

function setElement(
  shell: Shell,
  name: string,
  subscript: string,
  { text, append }: { text: string; append: boolean },
): void {
  const variable = shell.variables.declare(name);
  const elements = Elements.from(variable);
  const key = variable.associative ? subscript : elementKey(shell, elements, subscript);
  shell.countText(text.length);
  elements.set(key, append ? joined(elements.get(key) ?? "", text) : text);
  shell.variables.setArray(name, elements, variable.associative);
}

function elementKey(shell: Shell, elements: Elements, subscript: string): string {
  const index = Number(evaluateArithmetic(shell, subscript));
  return String(index < 0 ? elements.next + index : index);
}

/** An element of `(a [2]=b "$@")` on its way into the array. */
type AddElement = (shell: Shell, elements: Elements) => void | Promise<void>;

function compileArray({ name, append }: Assignment, words: readonly Word[], compiler: Compiler): Assign {
  const adders = words.map((word) => compileArrayElement(name, word, compiler));
  return (shell) => {
    const previous = append ? shell.variables.find(name) : undefined;
    const elements = previous ? Elements.from(previous) : new Elements();
    return after(forEachInOrder(adders, shell, elements), () => {
      shell.variables.setArray(name, elements, shell.variables.find(name)?.associative);
      return shell.options.xtrace ? `${name}=(${[...elements.values()].map(quoteIfNeeded).join(" ")})` : "";
    });
  };
}

function compileArrayElement(name: string, word: Word, compiler: Compiler): AddElement {
  const keyed = /^\[([^\]]+)\]=([^]*)$/.exec(word.text);
  if (!keyed) {
    const emits = compiler.words.arguments(word);
    return async (shell, elements) => {
      const sink = new FieldSink(shell);
      for (const emit of emits) {
        await emit(shell, sink);
        sink.end();
      }
      for (const field of sink.fields) {
        shell.countText(field.length);
        elements.append(field);
      }
    };
  }
  const [, subscript = "", value = ""] = keyed;
  const emitKey = compiler.words.template(subscript.replace(/^(['"])(.*)\1$/, "$2"), compiler.line(word));
  const emitValue = compileText(value, compiler.line(word), compiler);
  return async (shell, elements) => {
    const key = await textOf(shell, emitKey);
    const associative = shell.variables.find(name)?.associative;
    elements.set(associative ? key : elementKey(shell, elements, key), await textOf(shell, emitValue));
  };
}

function compileText(text: string, line: number, compiler: Compiler): Emit {
  const source = `_=${text}`;
  const command = parse(source).commands[0]?.command;
  const assignment = command?.type === "Command" ? command.prefix[0] : undefined;
  if (assignment?.type !== "Assignment" || assignment.value.type !== "Word") return () => {};
  return compiler.within(sourceOf(source, line)).words.assigned(assignment.value);
}
