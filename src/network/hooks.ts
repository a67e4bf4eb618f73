/** What others have put into the network's way, in the order in which they came. */
export class Hooks<T> {
  all: readonly T[] = [];

  /** The returned function takes it out again. */
  add(hook: T): () => void {
    this.all = [...this.all, hook];
    return () => {
      this.all = this.all.filter((one) => one !== hook);
    };
  }
}
