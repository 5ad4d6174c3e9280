import { testTranscripts } from "./suite.ts";

testTranscripts("kokids");
