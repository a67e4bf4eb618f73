import { formatPath } from "../../api/format-path.ts";
import { goValueOf } from "./go-names.ts";

/** Where in an object the shaping is, and all that it has found wrong so far. */
export class Position {
  /** The paths of fields that nobody knows, in the order met. */
  readonly unknown: string[] = [];
  readonly #path: (string | number)[] = [];
  readonly #structs: string[] = [];
  readonly #fields: string[] = [];
  #mismatch: string | undefined;
  #failure: string | undefined;

  /** What Go's decoder would give up with: a value's own decoder goes before a wrong type, the first before the next. */
  get problem(): string | undefined {
    return this.#failure ?? this.#mismatch;
  }

  /** `unknown field "spec.foo"` */
  get complaints(): string[] {
    return this.unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  }

  enterField(struct: string, field: string): void {
    this.#path.push(field);
    this.#structs.push(struct);
    this.#fields.push(field);
  }

  leaveField(): void {
    this.#path.pop();
    this.#structs.pop();
    this.#fields.pop();
  }

  /** An element of a list or an entry of a map. */
  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  unknownField(field: string): void {
    this.enter(field);
    this.unknown.push(formatPath(this.#path));
    this.leave();
  }

  /** The value here is not of `goType`. */
  mismatch(value: unknown, goType: string, what: string = goValueOf(value)): void {
    const field = `${this.#structs.at(-1) ?? ""}.${this.#fields.join(".")}`;
    this.#mismatch ??= `json: cannot unmarshal ${what} into Go struct field ${field} of type ${goType}`;
  }

  fail(why: string): void {
    this.#failure ??= why;
  }
}
