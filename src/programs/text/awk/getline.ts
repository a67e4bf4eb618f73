import type { Code, Scope } from "./compile.ts";
import type { Machine } from "./machine.ts";
import { after } from "./maybe.ts";
import { type CompiledPlace, compilePlace } from "./places.ts";
import type { Expression } from "./syntax.ts";
import { Input } from "./value.ts";

/** `getline`: 1 for a record, 0 at the end, -1 when it can't be read. Which variables it sets depends on its form. */
export function compileGetline(
  { from, source, into }: Expression & { kind: "getline" },
  scope: Scope,
  compile: (inner: Expression) => Code,
): Code {
  const { machine } = scope;
  const place = into && compilePlace(into, scope, compile);
  if (from === "input" || source === undefined) return () => fromInput(machine, place);
  const name = compile(source);
  return () => after(name(), (value) => fromStream(machine, { from, name: machine.text(value), place }));
}

async function fromInput(machine: Machine, place: CompiledPlace | undefined): Promise<number> {
  const text = await machine.input?.next();
  if (text === undefined) return 0;
  machine.count("NR");
  machine.count("FNR");
  await store(machine, text, place);
  return 1;
}

async function fromStream(
  machine: Machine,
  { from, name, place }: { from: "file" | "command"; name: string; place: CompiledPlace | undefined },
): Promise<number> {
  const reader = await machine.streams.reader(from, name);
  if (reader === undefined) return -1;
  const text = await reader.next(machine.setting("RS"));
  if (text === undefined) return 0;
  if (from === "command") machine.count("NR");
  await store(machine, text, place);
  return 1;
}

async function store(machine: Machine, text: string, place: CompiledPlace | undefined): Promise<void> {
  if (place) await place.set(new Input(text));
  else machine.record.whole = new Input(text);
}
