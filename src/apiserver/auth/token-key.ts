import {
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  verify,
} from "node:crypto";

/** Signs JSON web tokens and tells real ones from others. */
export interface TokenKey {
  /** What anybody may know of it. https://www.rfc-editor.org/rfc/rfc7518#section-6.2 */
  readonly publicKey: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
  sign(claims: object): string;
  /** The claims of a token that this key signed. */
  read(token: string): unknown;
}

const algorithm = "ES256";
const curve = "prime256v1";
/** The number of points of the curve P-256. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A key from 32 secret bytes: the same bytes make the same key, and it signs the same claims alike. */
export function tokenKey(seed: Uint8Array): TokenKey {
  const secret = scalar(Buffer.from(seed));
  const point = pointOf(secret);
  const jwk = { kty: "EC", crv: "P-256", x: encode(point.x), y: encode(point.y) };
  const privateKey = createPrivateKey({ key: { ...jwk, d: encode(bytesOf(secret)) }, format: "jwk" });
  const publicKey = createPublicKey(privateKey);
  const kid = encode(
    createHash("sha256")
      .update(publicKey.export({ format: "der", type: "spki" }))
      .digest(),
  );
  const head = encodeJson({ alg: algorithm, kid });
  return {
    publicKey: { use: "sig", ...jwk, kid, alg: algorithm },
    sign(claims) {
      const text = `${head}.${encodeJson(claims)}`;
      return `${text}.${encode(signature(text, secret))}`;
    },
    read(token) {
      const [first, body, signed, ...rest] = token.split(".");
      if (!body || !signed || first !== head || rest.length > 0) return undefined;
      const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
      const isGenuine = verify("sha256", Buffer.from(`${first}.${body}`), key, Buffer.from(signed, "base64url"));
      return isGenuine ? JSON.parse(Buffer.from(body, "base64url").toString()) : undefined;
    },
  };
}

/** Its one-time number comes from the text, not by chance. https://www.rfc-editor.org/rfc/rfc6979 */
function signature(text: string, secret: bigint): Buffer {
  const digest = createHash("sha256").update(text).digest();
  const once = scalar(createHmac("sha512", bytesOf(secret)).update(digest).digest());
  const r = numberOf(pointOf(once).x) % order;
  const s = (inverse(once) * ((numberOf(digest) + r * secret) % order)) % order;
  return Buffer.concat([bytesOf(r), bytesOf(s)]);
}

function pointOf(factor: bigint): { readonly x: Buffer; readonly y: Buffer } {
  const point = createECDH(curve);
  point.setPrivateKey(bytesOf(factor));
  const bytes = point.getPublicKey();
  return { x: bytes.subarray(1, 33), y: bytes.subarray(33) };
}

function inverse(value: bigint): bigint {
  let [previous, rest] = [order, value];
  let [before, factor] = [0n, 1n];
  while (rest !== 0n) {
    const quotient = previous / rest;
    [previous, rest] = [rest, previous - quotient * rest];
    [before, factor] = [factor, before - quotient * factor];
  }
  return (before + order) % order;
}

/** From 1 to below the order. */
function scalar(bytes: Buffer): bigint {
  return (numberOf(bytes) % (order - 1n)) + 1n;
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function encodeJson(value: object): string {
  return encode(Buffer.from(JSON.stringify(value)));
}
