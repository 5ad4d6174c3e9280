import { testTranscripts } from "./suite.ts";

testTranscripts("senler");
