/**
 * The page: a journal as in a browser without the origin private file system.
 * @module
 */
import { openWebJournal } from "../../../packages/web-journal/src/index.ts";

const journal = await openWebJournal({ persist: false, environment: { startWorker: undefined } });

Object.assign(globalThis, { journal });
