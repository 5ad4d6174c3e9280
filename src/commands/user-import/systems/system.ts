import type { Selection, SourceRecord } from "../sources/source-record.ts";
import type { Fields, Values } from "./values.ts";

/** How the export of a system is read. */
export interface System extends Partial<Selection> {
  /**
   * Returns the fields of a user, why a record can't be imported, or nothing for a record that is
   * none of a user.
   */
  readonly userOf: (values: Values, now: number) => Fields | Unreadable | undefined;
  /** Brings the tables of a dump together. */
  readonly joined?: (records: AsyncIterable<SourceRecord>) => AsyncGenerator<SourceRecord>;
}

/** Why a record can't be imported. It quotes no value. */
export class Unreadable {
  readonly field: string;
  readonly reason: string;

  constructor(field: string, reason: string) {
    this.field = field;
    this.reason = reason;
  }
}
