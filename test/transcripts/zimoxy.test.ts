import { testTranscripts } from "./suite.ts";

testTranscripts("zimoxy");
