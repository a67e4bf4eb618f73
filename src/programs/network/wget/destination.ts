import { SystemError } from "../../../runtime/process.ts";
import type { Call } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import type { WgetUrl } from "./url.ts";

/** Where the body goes: the file of `-O`, standard output, or a file named after the URL, which must not exist. */
export interface WgetDestination {
  /** As it is told: `'index.html'`. */
  readonly name: string;
  readonly isStdout: boolean;
  /** Bytes that are there already, for `-c`. */
  readonly size: number;
  open(): { write(bytes: Uint8Array): Promise<void>; close(): void };
}

export function wgetDestination({ process, options }: Call, { path }: WgetUrl): WgetDestination {
  const given = options.value("O");
  if (given === "-") {
    return {
      name: "-",
      isStdout: true,
      size: 0,
      open: () => ({ write: (bytes) => process.stdout.write(bytes), close: () => {} }),
    };
  }
  const last = (path.split(/[?#]/u)[0] ?? "").split("/").at(-1) ?? "";
  const name = given ?? [options.value("P"), last || "index.html"].filter((part) => part).join("/");
  const full = process.resolve(name);
  const continues = options.has("c") && process.files.exists(full);
  const mode = continues ? "append" : given === undefined ? "write-new" : "write";
  return {
    name,
    isStdout: false,
    size: continues ? process.files.stat(full).size : 0,
    open() {
      try {
        const file = process.open(name, mode);
        return {
          write: (bytes) => file.write(bytes),
          close: () => {
            file.release();
          },
        };
      } catch (error) {
        if (error instanceof SystemError) throw new Failure(`can't open '${name}': ${error.message}`);
        throw error;
      }
    },
  };
}
