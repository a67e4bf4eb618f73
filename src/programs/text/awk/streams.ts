import type { Regex } from "../../../regex/regex.ts";
import type { Child } from "../../../runtime/process.ts";
import type { Call } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { openSource, type Source } from "../../input.ts";
import { freeDescriptor, openForWriting, type Sink } from "../../open.ts";
import { type RecordReader, recordReader } from "./record-reader.ts";

/** The files and commands that a program writes to and reads from, by name: each stays open until `close`. */
export class Streams {
  readonly #call: Call;
  readonly #regex: (text: string) => Regex;
  readonly #sinks = new Map<string, Sink & { readonly child?: Child }>();
  readonly #readers = new Map<string, RecordReader & { readonly child?: Child }>();

  constructor(call: Call, regex: (text: string) => Regex) {
    this.#call = call;
    this.#regex = regex;
  }

  async write(mode: ">" | ">>" | "|", target: string, text: string): Promise<void> {
    const { process, out } = this.#call;
    if (mode !== "|" && (target === "/dev/stdout" || target === "-")) await out.print(text);
    else if (mode !== "|" && target === "/dev/stderr") await process.warn(text);
    else {
      let sink = this.#sinks.get(target);
      if (sink === undefined) {
        sink = mode === "|" ? await this.#commandSink(target) : this.#fileSink(target, mode === ">>");
        this.#sinks.set(target, sink);
      }
      await sink.print(text);
    }
  }

  /** Undefined: it cannot be opened. */
  async reader(from: "file" | "command", name: string): Promise<RecordReader | undefined> {
    const known = this.#readers.get(name);
    if (known) return known;
    try {
      const { source, child } =
        from === "command"
          ? await this.#commandSource(name)
          : { source: await openSource(this.#call, name === "/dev/stdin" ? "-" : name), child: undefined };
      const reader = { ...recordReader(source, this.#regex), ...(child ? { child } : {}) };
      this.#readers.set(name, reader);
      return reader;
    } catch (error) {
      reasonOf(error);
      return undefined;
    }
  }

  async system(command: string): Promise<number> {
    await this.#call.out.flush();
    const { process } = this.#call;
    const child = await process.spawn(["sh", "-c", command], { descriptors: this.#closed() });
    return process.waitFor(child.exit);
  }

  /** The exit code of a command, 0 for a file, -1 for what was not open. */
  async close(name: string): Promise<number> {
    const stream = this.#sinks.get(name) ?? this.#readers.get(name);
    if (stream === undefined) return -1;
    this.#sinks.delete(name);
    this.#readers.delete(name);
    await this.#call.out.flush();
    stream.close();
    return stream.child ? this.#call.process.waitFor(stream.child.exit) : 0;
  }

  async closeAll(): Promise<void> {
    for (const name of [...this.#sinks.keys(), ...this.#readers.keys()]) await this.close(name);
  }

  #fileSink(path: string, append: boolean): Sink {
    try {
      return openForWriting(this.#call.process, path, append);
    } catch (error) {
      throw new Failure(`can't open '${path}': ${reasonOf(error)}`, 2);
    }
  }

  async #commandSink(command: string): Promise<Sink & { child: Child }> {
    const { process, out } = this.#call;
    await out.flush();
    const { read, write } = process.pipe();
    const child = await process.spawn(["sh", "-c", command], { descriptors: this.#closed().set(0, read) });
    read.release();
    const number = freeDescriptor(process);
    process.setDescriptor(number, write);
    const output = process.output(number);
    return {
      child,
      write: (bytes) => output.write(bytes),
      print: (text) => output.print(text),
      close: () => process.setDescriptor(number, null),
    };
  }

  async #commandSource(command: string): Promise<{ source: Source; child: Child }> {
    const { process, out } = this.#call;
    await out.flush();
    const { read, write } = process.pipe();
    const child = await process.spawn(["sh", "-c", command], { descriptors: this.#closed().set(1, write) });
    write.release();
    const number = freeDescriptor(process);
    process.setDescriptor(number, read);
    const input = process.input(number);
    const source: Source = {
      name: command,
      read: (limit) => input.read(limit),
      hold: () => {},
      close: () => process.setDescriptor(number, null),
    };
    return { source, child };
  }

  /** Children do not get the ends of other pipes: their readers would wait for ever. */
  #closed(): Map<number, ReturnType<Call["process"]["open"]> | null> {
    const own = [...this.#call.process.descriptors.keys()].filter((number) => number > 2);
    return new Map(own.map((number) => [number, null]));
  }
}
