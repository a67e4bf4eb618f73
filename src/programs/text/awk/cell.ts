import { Failure } from "../../failure.ts";
import { unset, type Value } from "./value.ts";

export type AwkArray = Map<string, Value>;

/** What a name stands for: a value, or an array once it is used as one. */
export class Cell {
  value: Value = unset;
  #array: AwkArray | undefined;
  /** The caller's, where an unset name was passed on: an array made here is also made there. */
  readonly #origin: Cell | undefined;

  constructor(origin?: Cell) {
    this.#origin = origin;
  }

  get isArray(): boolean {
    return this.#array !== undefined || this.#origin?.isArray === true;
  }

  get array(): AwkArray {
    if (this.value !== unset) throw new Failure("Not an array", 2);
    this.#array ??= this.#origin?.array ?? new Map();
    return this.#array;
  }
}
