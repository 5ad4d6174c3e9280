// The types of lists that are read page by page. A leaf: it imports nothing.

/** A client's request for one page of a list. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page of a list, and the token of the next page; empty at the end. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/** A part of a stored list that is ordered by an id; `after` is the last id of the part before. */
export interface StorePage<Key = string> {
  readonly after?: Key | undefined;
  readonly limit: number;
}

/** The last item before a part of a stored list that is ordered by a text and then by id. */
export type TextPlace = readonly [text: string, id: string];
