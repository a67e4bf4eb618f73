import type { Dialect } from "./dialects/dialect.ts";
import { Elements } from "./elements.ts";
import { ShellError } from "./jumps.ts";

/** A shell variable. Without `value` and `elements` it is declared but unset. */
export interface Variable {
  value: string | undefined;
  exported: boolean;
  readOnly: boolean;
  /** Of an array, by index or key. */
  elements?: Elements;
  /** What the elements have been counted as. */
  heldBytes?: number;
  /** Keys are words, not numbers. */
  associative?: boolean;
  /** `declare -i`: what is assigned is an expression. */
  integer?: boolean;
  /** `declare -l` and `-u`: what is assigned changes its case. */
  letters?: "lower" | "upper" | undefined;
  /** `declare -n`: the name of the variable that this one stands for. */
  reference?: string;
}

/** A variable whose value comes from the shell: `$RANDOM`, `$SECONDS`, `$LINENO`. */
export interface ComputedVariable {
  read(): string;
  /** What assigning does; nothing unless given. */
  write?(value: string): void;
}

/** References to references. */
const mostReferences = 8;

/** What is kept is told in pieces of so many bytes. */
const countedBytes = 4096;
/** What a variable takes beside its value. */
const variableBytes = 400;

/** A shell's variables: global ones and, inside functions, the local ones that hide them. */
export class Variables {
  readonly #byName: Map<string, Variable>;
  readonly #computed = new Map<string, ComputedVariable>();
  readonly #frames: Map<string, Variable | undefined>[] = [];
  readonly #dialect: Dialect;
  readonly #onHeld: (bytes: number) => void;
  #environment: Map<string, string> | undefined;
  #uncounted = 0;

  /** `onHeld` is told how many more bytes long values take. */
  constructor(dialect: Dialect, from?: Variables, onHeld: (bytes: number) => void = () => {}) {
    this.#dialect = dialect;
    this.#onHeld = onHeld;
    this.#byName = new Map();
    if (!from) return;
    for (const [name, variable] of from.#byName) this.#byName.set(name, copyOf(variable));
    this.#frames = from.#frames.map((frame) => new Map(frame));
  }

  /** What a copy of them takes, long values and arrays aside: those are shared or copied when they change. */
  get copiedBytes(): number {
    return this.#byName.size * variableBytes;
  }

  compute(name: string, variable: ComputedVariable): void {
    this.#computed.set(name, variable);
  }

  get(given: string): string | undefined {
    const name = this.targetOf(given);
    const variable = this.#byName.get(name);
    if (variable === undefined) return this.#computed.get(name)?.read();
    return variable.elements ? variable.elements.get("0") : variable.value;
  }

  find(name: string): Variable | undefined {
    return this.#byName.get(this.targetOf(name));
  }

  /** The name that `declare -n` lets a name stand for; itself usually. */
  targetOf(name: string): string {
    let target = name;
    for (let hops = 0; hops < mostReferences; hops++) {
      const reference = this.#byName.get(target)?.reference;
      if (reference === undefined) return target;
      target = reference;
    }
    return target;
  }

  /** `declare -n name=target`. */
  refer(name: string, target: string): void {
    this.#byName.set(name, { value: undefined, exported: false, readOnly: false, reference: target });
  }

  /** Throws ShellError when it is read-only. */
  set(given: string, text: string): void {
    const name = this.targetOf(given);
    const variable = this.#byName.get(name);
    if (variable === undefined) {
      const computed = this.#computed.get(name);
      if (computed) computed.write?.(text);
      else {
        this.#count(undefined, text, variableBytes);
        this.#byName.set(name, { value: text, exported: false, readOnly: false });
      }
      return;
    }
    const value = cased(text, variable);
    if (variable.readOnly) throw new ShellError(this.#dialect.readOnly(name), this.#dialect.errorStatus);
    if (variable.elements) variable.elements.set("0", value);
    else {
      this.#count(variable.value, value);
      variable.value = value;
    }
    if (variable.exported) this.#environment = undefined;
  }

  /** Also to be called when elements of an array have changed. */
  setArray(name: string, elements: Elements, associative = false): void {
    const variable = this.declare(name);
    if (variable.readOnly) throw new ShellError(this.#dialect.readOnly(name), this.#dialect.errorStatus);
    this.#onHeld(elements.bytes - (variable.heldBytes ?? 0));
    variable.heldBytes = elements.bytes;
    variable.value = undefined;
    variable.elements = elements;
    variable.associative = associative;
  }

  /** The variable of that name, unset if it is new. */
  declare(given: string): Variable {
    const name = this.targetOf(given);
    let variable = this.#byName.get(name);
    if (!variable) {
      variable = { value: this.#computed.get(name)?.read(), exported: false, readOnly: false };
      this.#byName.set(name, variable);
    }
    return variable;
  }

  export(name: string, exported = true): void {
    this.declare(name).exported = exported;
    this.#environment = undefined;
  }

  unset(given: string): void {
    const name = this.targetOf(given);
    const variable = this.#byName.get(name);
    if (variable?.readOnly) {
      const message = this.#dialect.bash ? `${name}: cannot unset: readonly variable` : this.#dialect.readOnly(name);
      throw new ShellError(message, this.#dialect.errorStatus);
    }
    if (variable?.exported) this.#environment = undefined;
    this.#count(variable?.value, undefined, variable ? -variableBytes : 0);
    if (variable?.heldBytes) this.#onHeld(-variable.heldBytes);
    this.#byName.delete(name);
    this.#computed.delete(name);
  }

  /** From here to the matching `leave`, `local` variables belong to this call. */
  enter(): void {
    this.#frames.push(new Map());
  }

  leave(): void {
    const frame = this.#frames.pop();
    if (frame) this.restore(frame);
  }

  /** False outside functions. `inherit`: it starts with the value it hides, as in ash. */
  local(name: string, inherit: boolean): boolean {
    const frame = this.#frames.at(-1);
    if (!frame) return false;
    const hidden = this.#byName.get(name);
    if (!frame.has(name)) frame.set(name, hidden);
    else if (hidden) return true;
    this.#count(hidden?.value, inherit ? hidden?.value : undefined, hidden ? 0 : variableBytes);
    const exported = hidden?.exported ?? false;
    this.#byName.set(name, {
      value: inherit ? hidden?.value : undefined,
      exported,
      readOnly: hidden?.readOnly ?? false,
    });
    this.#environment = undefined;
    return true;
  }

  /** For assignments that last for one command: hand the result to `restore`. */
  save(names: readonly string[]): Map<string, Variable | undefined> {
    return new Map(
      names.map((name) => {
        const variable = this.#byName.get(name);
        return [name, variable && copyOf(variable)];
      }),
    );
  }

  restore(saved: ReadonlyMap<string, Variable | undefined>): void {
    for (const [name, variable] of saved) {
      const present = this.#byName.get(name);
      const entries = (variable ? 1 : 0) - (present ? 1 : 0);
      this.#count(present?.value, variable?.value, entries * variableBytes);
      if (variable) this.#byName.set(name, variable);
      else this.#byName.delete(name);
    }
    this.#environment = undefined;
  }

  #count(before: string | undefined, after: string | undefined, entryBytes = 0): void {
    this.#uncounted += (after?.length ?? 0) - (before?.length ?? 0) + entryBytes;
    if (Math.abs(this.#uncounted) < countedBytes) return;
    this.#onHeld(this.#uncounted);
    this.#uncounted = 0;
  }

  /** What a new process gets: exported and set. */
  environment(): ReadonlyMap<string, string> {
    if (this.#environment) return this.#environment;
    const environment = new Map<string, string>();
    for (const [name, { exported, value }] of this.#byName) {
      if (exported && value !== undefined) environment.set(name, value);
    }
    this.#environment = environment;
    return environment;
  }

  /** By name, in order. */
  all(): [string, Variable][] {
    return [...this.#byName].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  names(prefix: string): string[] {
    return this.all().flatMap(([name]) => (name.startsWith(prefix) ? [name] : []));
  }
}

function cased(text: string, { letters }: Variable): string {
  if (letters === undefined) return text;
  return letters === "lower" ? text.toLowerCase() : text.toUpperCase();
}

export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function copyOf(variable: Variable): Variable {
  return variable.elements ? { ...variable, elements: Elements.of(variable.elements), heldBytes: 0 } : { ...variable };
}
