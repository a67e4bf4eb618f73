/** A pseudo-terminal as a program sees it. */
export interface Terminal {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Raw: keys come one by one and are not echoed. Cooked: the terminal echoes and hands over whole lines. */
  mode: "cooked" | "raw";
  /** The process group that Ctrl-C goes to. */
  foregroundGroup: number;
}
