/** An awk program, read. */
export interface Program {
  readonly begin: readonly Statement[];
  readonly rules: readonly Rule[];
  readonly end: readonly Statement[];
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
}

/** `pattern { action }`; without an action the record is printed. */
export interface Rule {
  readonly pattern: Expression | undefined;
  /** The second pattern of a range. */
  readonly until: Expression | undefined;
  readonly action: Statement | undefined;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

/** `> file`, `>> file`, `| command`. */
export interface Redirection {
  readonly mode: ">" | ">>" | "|";
  readonly target: Expression;
}

export type Statement =
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "print"; readonly values: readonly Expression[]; readonly to: Redirection | undefined }
  | { readonly kind: "printf"; readonly values: readonly Expression[]; readonly to: Redirection | undefined }
  | { readonly kind: "if"; readonly test: Expression; readonly yes: Statement; readonly no: Statement | undefined }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "do"; readonly test: Expression; readonly body: Statement }
  | {
      readonly kind: "for";
      readonly first: Statement | undefined;
      readonly test: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly kind: "for-in"; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly kind: "delete"; readonly array: string; readonly index: readonly Expression[] | undefined }
  | { readonly kind: "exit" | "return"; readonly value: Expression | undefined }
  | { readonly kind: "break" | "continue" | "next" | "nextfile" };

/** What can be assigned to. */
export type Place =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "element"; readonly array: string; readonly index: readonly Expression[] }
  | { readonly kind: "field"; readonly index: Expression };

export type Expression =
  | Place
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "regex"; readonly source: string }
  | { readonly kind: "assign"; readonly operator: string; readonly place: Place; readonly value: Expression }
  | { readonly kind: "increment"; readonly place: Place; readonly by: 1 | -1; readonly prefix: boolean }
  | { readonly kind: "unary"; readonly operator: "!" | "-" | "+"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "conditional";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: "match"; readonly negated: boolean; readonly text: Expression; readonly pattern: Expression }
  | { readonly kind: "in"; readonly index: readonly Expression[]; readonly array: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly isBuiltin: boolean }
  | { readonly kind: "group"; readonly values: readonly Expression[] }
  | {
      readonly kind: "getline";
      readonly from: "input" | "file" | "command";
      readonly source: Expression | undefined;
      readonly into: Place | undefined;
    };
