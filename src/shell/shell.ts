import { isTurnDue } from "../regex/effort.ts";
import { SystemError } from "../runtime/process.ts";
import type { Descriptor, Process, Signal } from "../runtime/process.ts";
import { encodeText } from "../runtime/text.ts";
import type { Builtin } from "./builtins/builtin.ts";
import type { Dialect } from "./dialects/dialect.ts";
import type { History } from "./interactive/history.ts";
import { noOptions } from "./options.ts";
import type { Options } from "./options.ts";
import type { Job } from "./run/jobs.ts";
import type { Outcome, Step } from "./run/outcome.ts";
import { Variables } from "./variables.ts";

/** A function as defined; `text` is its source. */
export interface ShellFunction {
  readonly run: Step;
  readonly text: string;
}

/** Signals, and the shell's own events, that `trap` knows. */
export type Condition = Signal | "EXIT" | "ERR" | "DEBUG" | "RETURN";

/** What a shell is made of beside its state. */
export interface Interpreter {
  readonly builtins: ReadonlyMap<string, Builtin>;
  /** Parses and runs a text in a shell. */
  evaluate(shell: Shell, text: string): Outcome;
  /** Runs a script file in a fresh shell: what a shell does with a text file without `#!`. `argv` names it as typed. */
  runFile(dialect: Dialect, process: Process, path: string, argv: readonly string[]): Promise<number>;
}

/** How many commands run before other processes get a turn. */
const commandsPerTurn = 100;
/** How much text costs as much as a command. */
const charactersPerCommand = 16_384;

/** What an entry of a table takes. */
const entryBytes = 100;

/** What a function takes, read and compiled. */
function bytesOf(definition: ShellFunction | undefined): number {
  return definition === undefined ? 0 : 2000 + 20 * definition.text.length;
}

/** A shell's state: one per process, copied for a subshell. */
export class Shell {
  /** Where it runs; a subshell gets its own before its first step. */
  process: Process;
  readonly dialect: Dialect;
  readonly interpreter: Interpreter;
  readonly variables: Variables;
  readonly options: Options;
  readonly functions: Map<string, ShellFunction>;
  readonly aliases: Map<string, string>;
  readonly traps: Map<Condition, string>;
  /** What `trap` lists in a subshell that has set none: its parent's. */
  shownTraps: ReadonlyMap<Condition, string> | undefined;
  /** Bash's `shopt`. */
  readonly switches: Set<string>;

  /** `$0`. */
  name: string;
  /** `$1` and so on. */
  positional: readonly string[] = [];
  /** `$?`. */
  status = 0;
  /** `$$`: the pid of the shell that was started, also in its subshells. */
  readonly rootPid: number;
  /** `$!`. */
  lastBackground: number | undefined;
  /** `$_`. */
  lastArgument = "";
  line = 1;
  /** How deep in files named on the command line or read with `.`. */
  fileDepth = 0;
  /** How deep in files read with `.`. */
  sourceDepth = 0;
  loopDepth = 0;
  functionNames: string[] = [];
  /** The built-in at work, for its complaints. */
  builtin: string | undefined;
  /** The command about to run is the last of this process, which may become it. */
  isLast = false;
  /** Above 0 a failure does not end a `set -e` shell: it is being tested. */
  tested = 0;
  readonly subshell: boolean;
  readonly isLogin: boolean = false;
  /** It runs what `-c` gave. */
  isCommand = false;
  readonly startedAt: number;
  /** The exit status of the last command substitution, for `x=$(false)`. */
  substitutionStatus: number | undefined;
  /** Signals that came and whose traps have not run yet. */
  readonly pendingSignals: Signal[] = [];
  /** Ctrl-C came to an interactive shell. */
  interrupted = false;
  /** Told of each signal with a trap, and of Ctrl-C: what interrupts `wait` and `read`. */
  get signalListeners(): Set<() => void> {
    return (this.#signalListeners ??= new Set());
  }

  jobs: Job[] = [];
  /** How background processes ended that are in the table no more. */
  get endedPids(): Map<number, number> {
    return (this.#endedPids ??= new Map());
  }
  history: History | undefined;
  /** Where the options of `getopts` stand inside a clustered argument. */
  optionOffset = 0;
  /** Reads that were given up before they ended: the next reader takes them over. */
  get pendingReads(): Map<Descriptor, Promise<Uint8Array | undefined>> {
    return (this.#pendingReads ??= new Map());
  }
  /** Bash's stack of directories, below the current one. */
  directoryStack: readonly string[] = [];
  /** Descriptors of `<(…)` that the commands at work have. */
  get substitutions(): number[] {
    return (this.#substitutions ??= []);
  }
  /** `${PIPESTATUS[@]}` after a pipeline; else it is `$?` alone. */
  pipeStatuses: readonly number[] | undefined;
  /** Commands run since others had a turn. */
  commands = 0;
  arithmeticDepth = 0;
  /** How deep in command substitutions: bash's `set -x` shows it. */
  traceDepth = 0;
  /** The traps at work; none is run within itself. */
  readonly runningTraps: Condition[] = [];
  /** `exit` has told of stopped jobs: the second one is meant. */
  warnedOfJobs = false;
  /** What `ulimit` set, by letter; remembered and told, not enforced. */
  get limits(): Map<string, string> {
    return (this.#limits ??= new Map());
  }

  /** What `local -` brings back, by the depth of the call. */
  get localOptions(): Map<number, Options> {
    return (this.#localOptions ??= new Map());
  }

  // Most shells never need these.
  #localOptions: Map<number, Options> | undefined;
  #signalListeners: Set<() => void> | undefined;
  #pendingReads: Map<Descriptor, Promise<Uint8Array | undefined>> | undefined;
  #limits: Map<string, string> | undefined;
  #endedPids: Map<number, number> | undefined;
  #substitutions: number[] | undefined;

  constructor(process: Process, dialect: Dialect, interpreter: Interpreter, from?: Shell) {
    this.process = process;
    this.dialect = dialect;
    this.interpreter = interpreter;
    this.variables = new Variables(dialect, from?.variables, (bytes) => {
      this.process.kept.bytes += bytes;
    });
    this.options = from ? { ...from.options, interactive: false, monitor: false } : noOptions();
    this.functions = new Map(from?.functions);
    this.aliases = new Map(from?.aliases);
    this.traps = new Map();
    this.switches = new Set(from?.switches);
    this.name = from?.name ?? process.argv[0] ?? "sh";
    this.rootPid = from?.rootPid ?? process.pid;
    this.subshell = from !== undefined;
    this.startedAt = from?.startedAt ?? process.clock.now();
    if (from) this.#inherit(from);
    this.#computeVariables();
  }

  #inherit(from: Shell): void {
    this.positional = from.positional;
    this.status = from.status;
    this.lastBackground = from.lastBackground;
    this.lastArgument = from.lastArgument;
    this.line = from.line;
    this.fileDepth = from.fileDepth;
    this.sourceDepth = from.sourceDepth;
    this.loopDepth = from.loopDepth;
    this.functionNames = [...from.functionNames];
    this.tested = from.tested;
    this.isCommand = from.isCommand;
    this.traceDepth = from.traceDepth;
  }

  #computeVariables(): void {
    const { variables } = this;
    if (this.dialect.extended) {
      let { random } = this.process;
      variables.compute("RANDOM", {
        read: () => String(random.integer(32768)),
        write: (seed) => (random = random.fork(seed)),
      });
      let offset = 0;
      const elapsed = () => Math.floor((this.process.clock.now() - this.startedAt) / 1000);
      variables.compute("SECONDS", {
        read: () => String(elapsed() + offset),
        write: (seconds) => (offset = Number(seconds) - elapsed()),
      });
    }
    if (this.dialect.name !== "dash") {
      const first = this.dialect.bash ? 0 : 1;
      variables.compute("LINENO", { read: () => String(this.fileDepth > 0 ? this.line : this.line - first) });
    }
    if (!this.dialect.bash) return;
    variables.compute("BASHPID", { read: () => String(this.process.pid) });
    variables.compute("EPOCHSECONDS", { read: () => String(Math.floor(this.process.clock.now() / 1000)) });
    const { terminal } = this.process;
    if (terminal) {
      variables.compute("COLUMNS", { read: () => String(terminal.width) });
      variables.compute("LINES", { read: () => String(terminal.height) });
    }
    variables.compute("FUNCNAME", { read: () => this.functionNames.at(-1) ?? "" });
  }

  /** The state of a subshell, as it is now; give it its process before it runs. */
  copy(): Shell {
    return new Shell(this.process, this.dialect, this.interpreter, this);
  }

  defineFunction(name: string, definition: ShellFunction): void {
    this.process.kept.bytes += bytesOf(definition) - bytesOf(this.functions.get(name));
    this.functions.set(name, definition);
  }

  /** False: there was none. */
  forgetFunction(name: string): boolean {
    this.process.kept.bytes -= bytesOf(this.functions.get(name));
    return this.functions.delete(name);
  }

  /** What a copy of its state takes. */
  get copiedBytes(): number {
    return this.variables.copiedBytes + (this.functions.size + this.aliases.size) * entryBytes;
  }

  /** At the end of a function that said `local -`. */
  bringOptionsBack(): void {
    const kept = this.#localOptions?.get(this.functionNames.length);
    if (!kept) return;
    Object.assign(this.options, kept);
    this.localOptions.delete(this.functionNames.length);
  }

  /** Writes to stdout. A reader that has gone ends the shell with SIGPIPE, as any program. */
  async print(text: string): Promise<void> {
    await this.write(1, encodeText(text));
  }

  write(descriptor: number, bytes: Uint8Array): Promise<void> {
    return this.process.output(descriptor).write(bytes);
  }

  /** Tells a failure on stderr, in the dialect's form. */
  async complain(message: string, builtin: string | undefined = this.builtin, line: number = this.line): Promise<void> {
    const prefix = this.dialect.prefix({
      shellName: this.name,
      inFile: this.fileDepth > 0,
      interactive: this.options.interactive,
      line,
      builtin: builtin || undefined,
    });
    await this.warn(`${prefix}${message}\n`);
  }

  /** Writes to stderr; a stderr that is closed is nobody's concern. */
  async warn(text: string): Promise<void> {
    try {
      await this.process.output(2).write(encodeText(text));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  /** Long texts take their time. */
  countText(length: number): void {
    if (length >= charactersPerCommand) this.commands += Math.floor(length / charactersPerCommand);
  }

  /** True when others should get a turn, or a signal waits to be looked at: call `breathe` then. */
  isDue(): boolean {
    return this.commands >= commandsPerTurn || this.interrupted || this.hasTrapToRun() || isTurnDue();
  }

  /** A signal came whose trap is not at work already. */
  hasTrapToRun(): boolean {
    return this.pendingSignals.length > 0 && this.pendingSignals.some((signal) => !this.runningTraps.includes(signal));
  }
}
