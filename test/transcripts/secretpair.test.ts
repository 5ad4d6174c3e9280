import { testTranscripts } from "./suite.ts";

testTranscripts("secretpair");
