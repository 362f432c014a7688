//! The table of hostile registrations beside honest ones.

#![allow(missing_docs, reason = "a bench")]

use ceremony_bench::clock::{self, Run};
use ceremony_bench::hostile::{self, Honest};
use ceremony_bench::scene::{Scene, checks_under};

fn main() {
    let scene = Scene::new();
    let plain = Honest::None.body(&scene);
    println!("| input | bytes | verdict | signatures | us | to honest none | to honest of its kind |");
    println!("|---|---|---|---|---|---|---|");
    for case in hostile::all() {
        let kind_scene = case.honest.scene();
        let kind = case.honest.body(&kind_scene);
        assert!(kind_scene.finish(kind_scene.begin().1, &kind).is_ok(), "{:?} is not honest", case.honest);
        let time = |scene: &Scene, body: &[u8]| {
            let state = scene.begin().1;
            clock::time(|| scene.finish(state, body))
        };
        let verdict = match case.scene.finish(case.scene.begin().1, &case.body) {
            Ok(_) => String::from("accepted"),
            Err(error) => error.to_string().replace('|', "/"),
        };
        let signatures = checks_under(&case.scene, &case.body).iter().filter(|check| check.is_signature()).count();
        let mut runs: [Run<'_>; 3] = [
            Box::new(|| time(&case.scene, &case.body)),
            Box::new(|| time(&scene, &plain)),
            Box::new(|| time(&kind_scene, &kind)),
        ];
        let medians = clock::medians(101, &mut runs);
        let [taken, plain, kind] = medians.as_slice() else { continue };
        let (name, bytes, to_plain, to_kind) = (case.name, case.body.len(), taken / plain, taken / kind);
        println!("| {name} | {bytes} | {verdict} | {signatures} | {taken:.0} | {to_plain:.1} | {to_kind:.1} |");
    }
}
