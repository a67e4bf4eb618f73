import * as yaml from "js-yaml";

/** The keys that stand twice in one mapping, as Go's strict parser complains of them: `line 3: key "a" already set in map`. */
export function yamlDuplicates(text: string): string[] {
  const complaints: string[] = [];
  const frames: Frame[] = [];
  for (const event of yaml.parseEvents(text, { maxDepth: 1000 })) {
    switch (event.type) {
      case yaml.EVENT_ID.MAPPING:
        frames.push({ keys: new Set(), atKey: true });
        break;
      case yaml.EVENT_ID.SEQUENCE:
      case yaml.EVENT_ID.DOCUMENT:
        frames.push({ keys: undefined, atKey: false });
        break;
      case yaml.EVENT_ID.SCALAR:
        if (repeats(frames.at(-1), yaml.getScalarValue(text, event))) complaints.push(complaintAt(text, event));
        moveOn(frames.at(-1));
        break;
      case yaml.EVENT_ID.ALIAS:
        moveOn(frames.at(-1));
        break;
      case yaml.EVENT_ID.POP:
        frames.pop();
        moveOn(frames.at(-1));
        break;
    }
  }
  return complaints;
}

/** A collection that is being read. In a mapping keys and values take turns. */
interface Frame {
  readonly keys: Set<string> | undefined;
  atKey: boolean;
}

function moveOn(frame: Frame | undefined): void {
  if (frame) frame.atKey = !frame.atKey;
}

function repeats(frame: Frame | undefined, key: string): boolean {
  if (!frame?.keys || !frame.atKey) return false;
  const known = frame.keys.has(key);
  frame.keys.add(key);
  return known;
}

function complaintAt(text: string, event: yaml.ScalarEvent): string {
  const line = text.slice(0, event.valueStart).split("\n").length;
  return `line ${line}: key ${JSON.stringify(yaml.getScalarValue(text, event))} already set in map`;
}
