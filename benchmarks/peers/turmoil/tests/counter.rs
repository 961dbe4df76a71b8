//! A lost update, as a test of turmoil's.

use std::io::Result;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use turmoil::net::{TcpListener, TcpStream};

const READ: u32 = u32::MAX;

async fn serve(count: Arc<AtomicU32>) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 8080)).await?;
    loop {
        let (mut stream, _) = listener.accept().await?;
        let count = count.clone();
        tokio::spawn(async move {
            let asked = stream.read_u32().await?;
            if asked != READ {
                count.store(asked, Ordering::SeqCst);
            }
            stream.write_u32(count.load(Ordering::SeqCst)).await
        });
    }
}

async fn ask(what: u32) -> Result<u32> {
    let mut stream = TcpStream::connect(("counter", 8080)).await?;
    stream.write_u32(what).await?;
    stream.read_u32().await
}

async fn add_one() -> turmoil::Result {
    let seen = ask(READ).await?;
    ask(seen + 1).await?;
    Ok(())
}

// --- the test ---

fn both_count(seed: u64) -> turmoil::Result {
    let count = Arc::new(AtomicU32::new(0));
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(50))
        .build();
    let shared = count.clone();
    sim.host("counter", move || {
        let count = shared.clone();
        async move { Ok(serve(count).await?) }
    });
    sim.client("ann", add_one());
    sim.client("ben", async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        add_one().await
    });
    sim.run()?;
    assert_eq!(count.load(Ordering::SeqCst), 2, "seed {seed}");
    Ok(())
}

#[test]
fn the_count_is_right_on_every_seed() -> turmoil::Result {
    (0..5_000).try_for_each(both_count)
}
