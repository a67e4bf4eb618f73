/** A pseudo-terminal as a program sees it. What it shows gets CR LF for a newline in both modes. */
export interface Terminal {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /**
   * Cooked: the terminal hands over whole lines. Cbreak: keys come as they are typed, but Ctrl-C and its kin are still
   * signals and Enter is a newline. Raw: bytes come as typed, ^C and ^D too, and are not echoed.
   */
  mode: "cooked" | "cbreak" | "raw";
  /** Whether the terminal shows what is typed, unless it is raw. */
  echo: boolean;
  /** The process group that Ctrl-C goes to. */
  foregroundGroup: number;
}
