/** A pod's one-way switch: once set, waits end and nothing is started any more. */
export class Stopping {
  /** What a container gets when nobody says otherwise. */
  readonly defaultGraceSeconds: number;
  readonly #set: Promise<void>;
  #resolve = (): void => {};
  #isSet = false;

  constructor(defaultGraceSeconds: number) {
    this.defaultGraceSeconds = defaultGraceSeconds;
    this.#set = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isSet(): boolean {
    return this.#isSet;
  }

  set(): void {
    this.#isSet = true;
    this.#resolve();
  }

  /** Resolves when `work` does, or at once when the pod stops. */
  async race(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, this.#set]);
  }
}
