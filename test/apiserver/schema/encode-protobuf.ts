import { concatBytes, encodeText } from "../../../src/api/bytes.ts";
import { type FieldFact, typeFacts, typeMetaName } from "../../../src/api/type-facts.ts";
import { typeNameOf } from "../../../src/apiserver/schema/type-name.ts";

/** An object as a Go client sends it, zeros of what is no pointer included. */
export function encodeProtobuf(object: Readonly<Record<string, unknown>>): Uint8Array {
  const { apiVersion, kind } = object;
  const typeName = typeNameOf(String(apiVersion), String(kind)) ?? "";
  const meta = concatBytes([bytesField(1, encodeText(String(apiVersion))), bytesField(2, encodeText(String(kind)))]);
  return concatBytes([encodeText("k8s\0"), bytesField(1, meta), bytesField(2, encodeMessage(typeName, object))]);
}

function encodeMessage(typeName: string, object: Readonly<Record<string, unknown>>): Uint8Array {
  const fact = typeFacts[typeName];
  const own = Object.entries(fact?.fields ?? {}).map(([name, field]) => encodeField(field, object[name]));
  const embedded = (fact?.inline ?? [])
    .filter(({ of }) => of.ref !== typeMetaName)
    .map(({ number = 0, of }) => bytesField(number, encodeMessage(of.ref ?? "", object)));
  return concatBytes([...own, ...embedded]);
}

function encodeField(fact: FieldFact, value: unknown): Uint8Array {
  const number = fact.number ?? 0;
  if (fact.items && !fact.goType) {
    return concatBytes(((value ?? []) as unknown[]).map((item) => encodeValue(number, fact.items ?? {}, item)));
  }
  if (typeof fact.additionalProperties === "object") {
    const values = fact.additionalProperties;
    const entries = Object.entries((value ?? {}) as Record<string, unknown>);
    return concatBytes(
      entries.map(([key, item]) =>
        bytesField(number, concatBytes([bytesField(1, encodeText(key)), encodeValue(2, values, item)])),
      ),
    );
  }
  if (value === undefined && (fact.pointer || fact.goType === "RawExtension")) return new Uint8Array();
  return encodeValue(number, fact, value ?? zeroOf(fact));
}

function zeroOf({ type, ref, goType }: FieldFact): unknown {
  if (ref) return {};
  if (goType === "IntOrString") return 0;
  return type === "boolean" ? false : type === "integer" ? 0 : "";
}

function encodeValue(number: number, fact: FieldFact, value: unknown): Uint8Array {
  const special = specialOf(fact, value);
  if (special) return bytesField(number, special);
  if (fact.ref) return bytesField(number, encodeMessage(fact.ref, value as Record<string, unknown>));
  if (fact.items) return bytesField(number, encodeField({ ...fact.items, number: 1 }, value));
  switch (typeof value) {
    case "boolean":
      return varintField(number, value ? 1 : 0);
    case "number":
      return varintField(number, value);
    default:
      return bytesField(
        number,
        fact.format === "byte" ? Buffer.from(String(value), "base64") : encodeText(String(value)),
      );
  }
}

function specialOf({ goType, items }: FieldFact, value: unknown): Uint8Array | undefined {
  switch (goType) {
    case "Time":
    case "MicroTime": {
      if (value === "") return new Uint8Array();
      const micros = /\.(\d{6})/u.exec(String(value))?.[1] ?? "0";
      return concatBytes([
        varintField(1, Math.floor(Date.parse(String(value)) / 1000)),
        varintField(2, Number(micros) * 1000),
      ]);
    }
    case "Quantity":
      return bytesField(1, encodeText(String(value)));
    case "IntOrString":
      return typeof value === "number"
        ? concatBytes([varintField(1, 0), varintField(2, value), bytesField(3, new Uint8Array())])
        : concatBytes([varintField(1, 1), varintField(2, 0), bytesField(3, encodeText(String(value)))]);
    case "FieldsV1":
    case "RawExtension":
      return bytesField(1, encodeText(JSON.stringify(value)));
    default:
      return items && goType ? concatBytes((value as string[]).map((item) => encodeValue(1, items, item))) : undefined;
  }
}

function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes]);
}

function varintField(number: number, value: number): Uint8Array {
  return concatBytes([varint(BigInt(number) << 3n), varint(BigInt.asUintN(64, BigInt(value)))]);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}
