//! Work on many cores with the order kept and a bounded number of batches under way.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Batches that may wait before and after each worker.
const WAITING: usize = 2;

/// Takes batches from `next`, lets workers made by `worker` turn them into results, and gives these to
/// `sink` in the order of the batches.
///
/// Worker `n` gets every n-th batch, so results are picked up in turn. When `sink` fails, this returns at
/// once; the threads end with their next batch.
pub fn ordered<T, U, E, W>(
    workers: usize,
    mut next: impl FnMut() -> Result<Option<T>, E> + Send + 'static,
    worker: impl Fn() -> W,
    mut sink: impl FnMut(U) -> Result<(), E>,
) -> Result<(), Failed<E>>
where
    T: Send + 'static,
    U: Send + 'static,
    E: Send + 'static,
    W: FnMut(T) -> U + Send + 'static,
{
    let mut inputs: Vec<SyncSender<T>> = Vec::with_capacity(workers);
    let mut outputs: Vec<Receiver<U>> = Vec::with_capacity(workers);
    for _ in 0..workers {
        let (input, batches) = sync_channel(WAITING);
        let (results, output) = sync_channel(WAITING);
        let mut work = worker();
        thread::spawn(move || {
            for batch in batches {
                if results.send(work(batch)).is_err() {
                    break;
                }
            }
        });
        inputs.push(input);
        outputs.push(output);
    }
    let reader = thread::spawn(move || {
        let mut sent = 0u64;
        for input in inputs.iter().cycle() {
            match next() {
                Ok(Some(batch)) => match input.send(batch) {
                    Ok(()) => sent += 1,
                    Err(_) => break,
                },
                Ok(None) => break,
                Err(error) => return (sent, Err(error)),
            }
        }
        (sent, Ok(()))
    });
    let mut received = 0u64;
    for output in outputs.iter().cycle() {
        let Ok(result) = output.recv() else { break };
        sink(result).map_err(Failed::With)?;
        received += 1;
    }
    let (sent, read) = reader.join().map_err(|_| Failed::Broken)?;
    read.map_err(Failed::With)?;
    if received == sent {
        Ok(())
    } else {
        Err(Failed::Broken)
    }
}

/// Why not everything came through.
pub enum Failed<E> {
    /// Reading or writing failed.
    With(E),
    /// A thread broke down.
    Broken,
}
