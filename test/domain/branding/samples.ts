/** An image of 16 × 16 pixels. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mOoko8hCTGMahjVMHw1AABf" +
    "CfUB6UP8LgAAAABJRU5ErkJggg==",
  "base64",
);
