import type { AndOr, CommandNode, Function, ParsedScript, PipelineNode, Statement, Subshell } from "unbash";

import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { compileArithmeticText } from "../expand/arithmetic-expansion.ts";
import { createWordCompiler } from "../expand/word.ts";
import { ShellError } from "../jumps.ts";
import { failureOf, sourceOf } from "../parser.ts";
import type { Source, SyntaxFailure } from "../parser.ts";
import type { Shell } from "../shell.ts";
import { compileBackground } from "./background.ts";
import { compileCase, compileIf } from "./branch.ts";
import { conclude, whileTested } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import { compileCoprocess } from "./coprocess.ts";
import { addJob, tellDeath, waitInForeground } from "./jobs.ts";
import { compileArithmeticFor, compileFor, compileSelect, compileWhile } from "./loop.ts";
import type { Outcome, Step } from "./outcome.ts";
import { compilePipeline } from "./pipeline.ts";
import { compileRedirect, withRedirects } from "./redirect.ts";
import { sequence } from "./sequence.ts";
import { closingSubstitutions, compileSimpleCommand, guarded } from "./simple-command.ts";
import { forkSubshell } from "./subshell.ts";
import { compileTestCommand } from "./test-expression.ts";

export function createCompiler(dialect: Dialect, source: Source): Compiler {
  const compiler: Compiler = {
    dialect,
    source,
    get words() {
      return words;
    },
    statements: (statements) => sequence(statements.map((statement) => compileStatement(statement, compiler))),
    tail: (statements) => compileTail(statements, compiler),
    list: ({ commands }) => compiler.statements(commands),
    node: (node) => compileNode(node, compiler),
    nested: (script) => compileNested(script, compiler),
    within: (other) => createCompiler(dialect, other),
    line: ({ pos }) => source.lineAt(pos),
    text: ({ pos, end }) => source.text.slice(pos, end),
    unexpected: ({ pos }, token) =>
      syntaxError(dialect, source, { problem: { kind: "unexpected", token }, position: pos }),
  };
  const words = createWordCompiler(compiler);
  return compiler;
}

export function syntaxError(dialect: Dialect, source: Source, { problem, position }: SyntaxFailure): ShellError {
  const error = new ShellError(dialect.syntaxError(problem), 2);
  const isAtEnd = problem.kind === "unexpected" && problem.token === undefined;
  const line = source.lineAt(position);
  const ends =
    isAtEnd && dialect.bash ? source.lineAt(source.text.length) + (source.text.endsWith("\n") ? 0 : 1) : line;
  error.line = ends;
  const start = source.text.lastIndexOf("\n", position - 1) + 1;
  error.sourceLine = isAtEnd || problem.kind !== "unexpected" ? "" : (source.text.slice(start).split("\n")[0] ?? "");
  return error;
}

function compileStatement(statement: Statement, compiler: Compiler): Step {
  return statement.background ? compileBackground(statement, compiler) : compiler.node(statement.command);
}

/** The last command may take over the process, if it is a plain one. */
function compileTail(statements: readonly Statement[], compiler: Compiler): Step {
  const last = statements.at(-1);
  if (!last || last.background) return compiler.statements(statements);
  const steps = statements.slice(0, -1).map((statement) => compileStatement(statement, compiler));
  return sequence([...steps, compileLast(last.command, compiler)]);
}

function compileLast(node: PipelineNode | AndOr, compiler: Compiler): Step {
  if (node.type === "AndOr") return compileAndOr(node, compiler, compileLast);
  const step = compiler.node(node);
  if (node.type !== "Command") return step;
  return (shell) => {
    shell.isLast = true;
    return step(shell);
  };
}

function compileNested(script: ParsedScript | undefined, compiler: Compiler): Step {
  if (!script) return () => 0;
  const text = script.source ?? compiler.source.text;
  const failure = failureOf(text, script);
  if (failure) throw syntaxError(compiler.dialect, compiler.source, { ...failure, position: script.pos });
  const isOwn = script.source === undefined;
  const inner = isOwn ? compiler : compiler.within(sourceOf(text, compiler.source.lineAt(0)));
  return compileFileContent(script, inner) ?? inner.tail(script.commands);
}

/** Bash's `$(<file)`. */
function compileFileContent({ commands }: ParsedScript, compiler: Compiler): Step | undefined {
  const command = commands[0]?.command;
  if (!compiler.dialect.bash || commands.length !== 1 || command?.type !== "Command") return undefined;
  const [redirect] = command.redirects;
  const isContent = !command.name && command.prefix.length === 1 && redirect?.type === "Redirect";
  if (!isContent || redirect.operator !== "<" || redirect.descriptor) return undefined;
  const applied = [compileRedirect(redirect, compiler)];
  return (shell) => guarded(shell, () => withRedirects(shell, applied, () => copyInput(shell)));
}

async function copyInput(shell: Shell): Promise<number> {
  for await (const bytes of shell.process.stdin) await shell.write(1, bytes);
  return 0;
}

function compileNode(node: PipelineNode | AndOr, compiler: Compiler): Step {
  if (node.type === "AndOr") return compileAndOr(node, compiler, compileNode);
  return node.type === "Pipeline" ? compilePipeline(node, compiler) : compileCommand(node, compiler);
}

function compileCommand(node: CommandNode, compiler: Compiler): Step {
  switch (node.type) {
    case "Command":
      return compileSimpleCommand(node, compiler);
    case "If":
      return compileIf(node, compiler);
    case "While":
      return compileWhile(node, compiler);
    case "For":
      return compileFor(node, compiler);
    case "ArithmeticFor":
      return compileArithmeticFor(node, compiler);
    case "Select":
      return compileSelect(node, compiler);
    case "Case":
      return compileCase(node, compiler);
    case "Subshell":
      return compileSubshell(node, compiler);
    case "BraceGroup":
      return compiler.list(node.body);
    case "Function":
      return compileFunction(node, compiler);
    case "TestCommand":
      return compileTestCommand(node, compiler);
    case "ArithmeticCommand":
      return compileArithmeticCommand(node.body, compiler.line(node), compiler);
    case "Redirected":
      return compileRedirected(node, compiler);
    case "Coproc":
      return compileCoprocess(node, compiler);
  }
}

function compileAndOr(
  { commands, operators }: AndOr,
  compiler: Compiler,
  compileLastOne: (node: PipelineNode | AndOr, compiler: Compiler) => Step,
): Step {
  const last = commands.length - 1;
  const steps = commands.map((command, index) => (index === last ? compileLastOne : compileNode)(command, compiler));
  return (shell) => from(shell, 0);

  function from(shell: Shell, at: number): Outcome {
    const step = steps[at];
    if (!step) return shell.status;
    if (at === last) return step(shell);
    const outcome = whileTested(shell, () => step(shell));
    return typeof outcome === "number" ? goOn(shell, at, outcome) : outcome.then((status) => goOn(shell, at, status));
  }

  function goOn(shell: Shell, at: number, status: number): Outcome {
    for (let index = at; index < last; index++) {
      if ((operators[index] === "&&") === (status === 0)) return from(shell, index + 1);
    }
    return status;
  }
}

function compileSubshell(node: Subshell, compiler: Compiler): Step {
  const body = compiler.tail(node.body.commands);
  const text = compiler.text(node);
  return async (shell) => {
    const { monitor, interactive } = shell.options;
    const child = forkSubshell(shell, body, monitor ? { group: "new" } : {});
    if (!monitor && !interactive) {
      const status = await shell.process.waitFor(child.exit);
      if (status > 128) await tellDeath(shell, { pids: [child.pid], text }, status);
      return conclude(shell, status);
    }
    const job = addJob(shell, { children: [child], text, group: monitor ? child.pid : undefined });
    return conclude(shell, await waitInForeground(shell, job));
  };
}

function compileFunction({ name, body, pos, end }: Function, compiler: Compiler): Step {
  const run = body.type === "CompoundList" ? compiler.list(body) : compiler.node(body);
  const text = compiler.text({ pos, end });
  return (shell) => {
    shell.defineFunction(name.value, { run, text });
    return (shell.status = 0);
  };
}

function compileArithmeticCommand(body: string, line: number, compiler: Compiler): Step {
  if (!compiler.dialect.bash) return compileNestedSubshell(body, line);
  const expand = compileArithmeticText(body, compiler.words, line);
  return (shell) => {
    shell.line = line;
    shell.commands++;
    const text = expand(shell);
    if (text instanceof Promise) return text.then((known) => judge(shell, known));
    return judge(shell, text);
  };

  function judge(shell: Shell, text: string): Outcome {
    try {
      return conclude(shell, evaluateArithmetic(shell, text) === 0 ? 1 : 0);
    } catch (error) {
      if (!(error instanceof ShellError) || error.fatal) throw error;
      error.builtin = "((";
      return guarded(shell, () => Promise.reject(error));
    }
  }
}

/** Where there is no `(( ))` it is a subshell in a subshell. */
function compileNestedSubshell(body: string, line: number): Step {
  return async (shell) => {
    const run = () => shell.interpreter.evaluate(shell, `( (${body}) )`);
    shell.line = line;
    return conclude(shell, await run());
  };
}

function compileRedirected(node: Extract<CommandNode, { type: "Redirected" }>, compiler: Compiler): Step {
  const body = compiler.node(node.command);
  const redirects = node.redirects.map((redirect) => compileRedirect(redirect, compiler));
  const step: Step = (shell) => guarded(shell, () => withRedirects(shell, redirects, () => body(shell)));
  return closingSubstitutions(node, step, compiler);
}
