import { ApiError } from "../api/status.ts";
import { KubectlError } from "./kubectl-error.ts";
import { ManyErrors } from "./server-says.ts";

/** Gathers what went wrong while the rest goes on. */
export class Failures {
  readonly #errors: unknown[];

  constructor(errors: readonly unknown[] = []) {
    this.#errors = [...together(errors)];
  }

  /** Several at once, told as one. */
  addAll(errors: readonly unknown[]): void {
    this.#errors.push(...together(errors));
  }

  /** Keeps a refusal; anything else is thrown again. */
  readonly add = (error: unknown): void => {
    if (!(error instanceof KubectlError) && !(error instanceof ApiError) && !(error instanceof ManyErrors)) throw error;
    this.#errors.push(error);
  };

  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.add(error);
    }
  }

  /** Throws what was gathered, if anything. */
  raise(): void {
    if (this.#errors.length === 1) throw this.#errors[0];
    if (this.#errors.length > 1) throw new ManyErrors(this.#errors);
  }

  get some(): boolean {
    return this.#errors.length > 0;
  }
}

function together(errors: readonly unknown[]): readonly unknown[] {
  return errors.length > 1 ? [new ManyErrors(errors)] : errors;
}
