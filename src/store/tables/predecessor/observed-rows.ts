// What processes observe of the APIs that are taken over, as Kysely sees it: sums by day.

export interface ObservedAskTable {
  api: string;
  day: number;
  /** `answered` or `failed`. */
  outcome: string;
  calls: number;
}

export interface ObservedCallTable {
  api: string;
  /** When the period began, see `CallCount`. */
  day: number;
  stage: string;
  route: string;
  outcome: string;
  calls: number;
}

export interface ObservedLatencyTable {
  api: string;
  day: number;
  side: string;
  /** The bound of the count; see BOUNDS of domain/predecessor/observations.ts. */
  most_ms: number;
  calls: number;
}

export interface ObservedDifferenceTable {
  api: string;
  route: string;
  field: string;
  ours: string;
  theirs: string;
  calls: number;
  first_at: number;
  last_at: number;
  example: string;
}

/** One row for each process and API. */
export interface CircuitTable {
  api: string;
  process: string;
  state: string;
  renewed_at: number;
}
