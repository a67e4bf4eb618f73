/** A message on a numbered channel. */
export interface ChannelMessage {
  readonly channel: number;
  readonly bytes: Uint8Array;
}

/** How a WebSocket message carries its channel number. */
export interface ChannelCodec {
  encode(message: ChannelMessage): Uint8Array | string;
  /** undefined: not a message of this protocol. */
  decode(data: Buffer): ChannelMessage | undefined;
}

/** The first byte is the channel. */
const binary: ChannelCodec = {
  encode({ channel, bytes }) {
    const message = Buffer.allocUnsafe(bytes.length + 1);
    message[0] = channel;
    message.set(bytes, 1);
    return message;
  },
  decode(data) {
    const [channel] = data;
    return channel === undefined ? undefined : { channel, bytes: data.subarray(1) };
  },
};

/** The first character is the channel as a digit; the rest is base64. */
const base64: ChannelCodec = {
  encode: ({ channel, bytes }) => String(channel) + Buffer.from(bytes).toString("base64"),
  decode(data) {
    const text = data.toString("latin1");
    if (!/^\d/u.test(text)) return undefined;
    return { channel: Number(text[0]), bytes: Buffer.from(text.slice(1), "base64") };
  },
};

/** What a negotiated subprotocol means. */
export interface ChannelProtocol {
  readonly codec: ChannelCodec;
  /** `[255, channel]` closes one channel. */
  readonly halfClose: boolean;
  /** The error channel carries a Status as JSON; before v4 it was plain text. */
  readonly statusAsJson: boolean;
  /** The API server itself speaks it, and SPDY to the kubelet. https://kep.k8s.io/4006 */
  readonly isTranslated: boolean;
}

/** By subprotocol; "" is a client that asked for none. */
export const channelProtocols: Readonly<Record<string, ChannelProtocol>> = {
  "v5.channel.k8s.io": { codec: binary, halfClose: true, statusAsJson: true, isTranslated: true },
  "v4.channel.k8s.io": { codec: binary, halfClose: false, statusAsJson: true, isTranslated: false },
  "v4.base64.channel.k8s.io": { codec: base64, halfClose: false, statusAsJson: true, isTranslated: false },
  "channel.k8s.io": { codec: binary, halfClose: false, statusAsJson: false, isTranslated: false },
  "base64.channel.k8s.io": { codec: base64, halfClose: false, statusAsJson: false, isTranslated: false },
  "": { codec: binary, halfClose: false, statusAsJson: false, isTranslated: false },
};
