/** How many audit events of a day had one type, one outcome and one reason. */
export interface AuditDayTable {
  type: string;
  day: number;
  succeeded: number;
  reason: string;
  events: number;
}

export interface TableCountTable {
  name: string;
  rows_counted: number;
  counted_at: number;
}

/** Work that one process at a time does. */
export interface LeaseTable {
  name: string;
  /** The process; empty if none holds it. */
  holder: string;
  held_until: number;
  /** When the work is to be done next. */
  due_at: number;
}

/** How far a regular count has come. */
export interface RollupTable {
  name: string;
  /** The id of the last event that is counted; empty at first. */
  position: string;
  /** Until when one process counts alone. */
  held_until: number;
}
