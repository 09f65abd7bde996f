//! The ceiling: the same request parsed, the same shape answered, and nothing done in between.
//! Owns what "as fast as HTTP and JSON allow on this machine" means; refuses to store anything.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use paceline_api::{TaskEnqueueRequest, TaskEnqueued, TaskStatus, Timestamp};
use tokio::net::TcpListener;

/// Binds a free port, announces it as the server does, and serves until the process ends.
pub async fn serve_announced() -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    serve_ceiling(listener).await
}

/// Serves `POST /api/tasks` without a store behind it.
pub async fn serve_ceiling(listener: TcpListener) -> io::Result<()> {
    let counter = Arc::new(AtomicU64::new(0));
    let router = Router::new()
        .route("/api/tasks", post(answer))
        .with_state(counter);
    // Without this a keep-alive client waits 40 ms for the delayed acknowledgement. A socket that
    // refuses the option still works, only slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await
}

async fn answer(
    State(counter): State<Arc<AtomicU64>>,
    Json(request): Json<TaskEnqueueRequest>,
) -> (StatusCode, Json<TaskEnqueued>) {
    let number = counter.fetch_add(1, Ordering::Relaxed);
    let priority = 17.5 + 3.0 * f64::from(request.base_priority.unwrap_or(5));
    let enqueued = TaskEnqueued {
        task_id: format!("tsk_{number:032x}"),
        status: TaskStatus::Ready,
        calculated_priority: priority,
        dependency_depth: 0,
        submitted_at: Timestamp::from_millis(1_790_000_000_000),
    };
    (StatusCode::CREATED, Json(enqueued))
}
