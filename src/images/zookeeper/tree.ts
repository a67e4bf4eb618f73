/** A node of the tree. Transaction ids count in the lower half, and the leaders in the upper. */
export interface Znode {
  readonly data: string;
  readonly createdBy: number;
  readonly changedBy: number;
  readonly childrenChangedBy: number;
  /** Ms of the cluster's clock. */
  readonly createdAt: number;
  readonly changedAt: number;
  readonly childrenVersion: number;
  readonly version: number;
}

/** All that the servers of an ensemble agree on. */
export interface ZooState {
  readonly lastId: number;
  /** Who made the last change. */
  readonly leader: number;
  readonly nodes: Readonly<Record<string, Znode>>;
}

export type ZooRequest =
  | { readonly op: "create"; readonly path: string; readonly data: string; readonly isSequential: boolean }
  | { readonly op: "set"; readonly path: string; readonly data: string }
  | { readonly op: "delete"; readonly path: string; readonly isRecursive: boolean }
  | { readonly op: "get" | "list"; readonly path: string };

export type ZooError = "ConnectionLoss" | "NoNode" | "NodeExists" | "NotEmpty";

export interface ZooReply {
  readonly error?: ZooError;
  /** Of what the request ended on: that of a sequential node has its number. */
  readonly path?: string;
  readonly node?: Znode;
  readonly children?: readonly string[];
}

const perLeader = 2 ** 32;

/** What a new ensemble holds. */
export function emptyTree(now: number): ZooState {
  const node = newNode("", 0, now);
  return { lastId: 0, leader: 0, nodes: { "/": node, "/zookeeper": node, "/zookeeper/quota": node } };
}

export function isWrite({ op }: ZooRequest): boolean {
  return op !== "get" && op !== "list";
}

/** Reads from `state`. */
export function read({ nodes }: ZooState, { path }: ZooRequest): ZooReply {
  const node = nodes[path];
  return node ? { path, node, children: childrenOf(nodes, path) } : { error: "NoNode" };
}

/** A write by `leader`; another leader than the last begins a new epoch. The session that writes is a change of its own. */
export function write(
  state: ZooState,
  request: ZooRequest,
  { leader, now }: { readonly leader: number; readonly now: number },
): { readonly state: ZooState; readonly reply: ZooReply } {
  const epoch = Math.floor(state.lastId / perLeader) + (leader === state.leader ? 0 : 1);
  const before = leader === state.leader ? state.lastId : epoch * perLeader;
  const id = before + 2;
  const { nodes, reply } = changed(state.nodes, request, { id, now });
  return { state: nodes === state.nodes ? state : { lastId: id, leader, nodes }, reply };
}

type Nodes = ZooState["nodes"];

interface Stamp {
  readonly id: number;
  readonly now: number;
}

function changed(nodes: Nodes, request: ZooRequest, stamp: Stamp): { nodes: Nodes; reply: ZooReply } {
  const refuse = (error: ZooError): { nodes: Nodes; reply: ZooReply } => ({ nodes, reply: { error } });
  const { path } = request;
  const parent = nodes[parentOf(path)];
  const node = nodes[path];
  switch (request.op) {
    case "create": {
      if (!parent) return refuse("NoNode");
      const name = request.isSequential ? `${path}${String(parent.childrenVersion).padStart(10, "0")}` : path;
      if (nodes[name]) return refuse("NodeExists");
      const made = { ...nodes, [name]: newNode(request.data, stamp.id, stamp.now) };
      return { nodes: withChild(made, name, stamp.id), reply: { path: name } };
    }
    case "set": {
      if (!node) return refuse("NoNode");
      const next = {
        ...node,
        data: request.data,
        changedBy: stamp.id,
        changedAt: stamp.now,
        version: node.version + 1,
      };
      return { nodes: { ...nodes, [path]: next }, reply: { path, node: next, children: childrenOf(nodes, path) } };
    }
    case "delete": {
      if (!node) return refuse("NoNode");
      if (!request.isRecursive && childrenOf(nodes, path).length > 0) return refuse("NotEmpty");
      const rest = Object.entries(nodes).filter(([name]) => name !== path && !name.startsWith(`${path}/`));
      return { nodes: withChild(Object.fromEntries(rest), path, stamp.id), reply: { path } };
    }
    default:
      return { nodes, reply: {} };
  }
}

function newNode(data: string, id: number, now: number): Znode {
  return {
    data,
    createdBy: id,
    changedBy: id,
    childrenChangedBy: id,
    createdAt: now,
    changedAt: now,
    childrenVersion: 0,
    version: 0,
  };
}

function withChild(nodes: Nodes, path: string, id: number): Nodes {
  const name = parentOf(path);
  const parent = nodes[name];
  if (!parent) return nodes;
  return { ...nodes, [name]: { ...parent, childrenChangedBy: id, childrenVersion: parent.childrenVersion + 1 } };
}

function childrenOf(nodes: Nodes, path: string): readonly string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  return Object.keys(nodes)
    .filter((name) => name.startsWith(prefix) && name !== "/" && !name.slice(prefix.length).includes("/"))
    .map((name) => name.slice(prefix.length));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
