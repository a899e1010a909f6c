/** Whether an event tells a page; of events from before that was kept, whether their text looks like it. */
export const PAGE = `(path IS NOT NULL OR (arrival IS NULL AND (body LIKE '%"path":"%' OR body LIKE '%"url":"%')))`
