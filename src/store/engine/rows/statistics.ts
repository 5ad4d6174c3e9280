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

/** How far a regular count has come. */
export interface RollupTable {
  name: string;
  /** The id of the last event that is counted; empty at first. */
  position: string;
  /** Until when one process counts alone. */
  held_until: number;
}
