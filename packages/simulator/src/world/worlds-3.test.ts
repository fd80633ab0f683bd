import { describeShare } from "../testing/worlds.ts";

describeShare(3);
