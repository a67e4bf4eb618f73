/** A pseudo-terminal as a program sees it. What it shows gets CR LF for a newline in both modes. */
export interface Terminal {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Raw: bytes come as typed, ^C and ^D too, and are not echoed. Cooked: the terminal echoes and hands over whole lines. */
  mode: "cooked" | "raw";
  /** The process group that Ctrl-C goes to. */
  foregroundGroup: number;
}
