-- The queue's INSERT is part of the statement that needs it.
DROP FUNCTION signalbox_enqueue(text, text);
