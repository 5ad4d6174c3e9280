import { expect, test } from "vitest";
import { syncsOf } from "../../torture/checks/database/synced.ts";

test("the syncs of a database's log are read out of what strace writes", () => {
  const text = `100 1700000000.000000 fdatasync(12</data/latchkey.db-wal>) = 0 <0.002000>
101 1700000000.010000 fdatasync(12</data/latchkey.db-wal> <unfinished ...>
100 1700000000.011000 fdatasync(11</data/latchkey.db>) = 0 <0.001000>
100 1700000000.012000 fsync(13</data> <unfinished ...>
101 1700000000.013000 <... fdatasync resumed>) = 0 <0.003000>
100 1700000000.014000 <... fsync resumed>) = 0 <0.002000>
100 1700000000.015000 fdatasync(12</data/latchkey.db-wal>) = -1 EIO (Input/output error) <0.001>
100 +++ exited with 0 +++
`;
  expect(syncsOf(text).map(({ begin, end }) => [begin % 1_000, end % 1_000])).toEqual([
    [expect.closeTo(0, 2), expect.closeTo(2, 2)],
    [expect.closeTo(10, 2), expect.closeTo(13, 2)],
  ]);
});
