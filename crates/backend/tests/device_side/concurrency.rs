//! Requests beside each other: whatever wins, nothing is held twice and the log has no gap.

use tokio::task::JoinSet;

use crate::backend::{Answer, Backend, put, send};
use crate::device::Device;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_batch_sent_many_times_at_once_is_held_once_and_gets_one_receipt() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[b"photo"])];
    let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let mut sending = JoinSet::new();
    for _ in 0..8 {
        sending.spawn(send(backend.router(), put(device.own_chain(), 1, bytes.clone())));
    }
    let answers = sending.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 7);
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "byte for byte the same");
    assert_eq!(backend.held(), [1, 1, 1, 0, 1]);
    backend.assert_holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_histories_at_once_one_is_taken_and_the_other_is_a_fork() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut sending = JoinSet::new();
    for _ in 0..2 {
        let records = [device.record(&[])];
        let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
        sending.spawn(send(backend.router(), put(device.own_chain(), 1, bytes)));
    }
    let mut statuses: Vec<u16> = sending.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(backend.held(), [1, 1, 0, 1, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_devices_at_once_leave_a_log_without_a_gap() {
    let backend = Backend::new();
    let mut sending = JoinSet::new();
    for number in 0..6 {
        let device = Device::enrolled(&backend, &format!("Boa {number}")).await;
        let mut prev = None;
        let mut pushes = vec![];
        for seq in 1..=5 {
            let records = [device.record(&[])];
            let batch = device.batch(seq, prev, &records);
            prev = Some(device.hash(&batch));
            pushes.push((seq, device.push(&batch, &records).encode().unwrap()));
        }
        let (router, chain) = (backend.router(), device.own_chain());
        sending.spawn(async move {
            let mut answers: Vec<Answer> = vec![];
            for (seq, bytes) in pushes {
                answers.push(send(router.clone(), put(chain, seq, bytes)).await);
            }
            answers
        });
    }
    let answers: Vec<Answer> = sending.join_all().await.into_iter().flatten().collect();
    assert!(answers.iter().all(|answer| answer.status == 201));
    let mut leaves: Vec<u64> = answers.iter().map(|answer| backend.receipt(answer).leaf_index).collect();
    leaves.sort_unstable();
    assert!(leaves.into_iter().eq(0..30));
    backend.assert_holds();
}
