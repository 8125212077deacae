use leadstage_oracle::{answer, generate};
fn main(){ let mut v=vec![]; let mut g=0u128; for s in 0..3000u64 { let t0=std::time::Instant::now(); let t=generate(s); g+=t0.elapsed().as_micros(); let t1=std::time::Instant::now(); let a=answer(&t.playbook,"",&t.evidence,t.as_of); v.push((t1.elapsed().as_micros(),s,a.loose.len())); }
v.sort(); let n=v.len(); let tot:u128=v.iter().map(|x|x.0).sum(); println!("gen {} us, mean {} median {:?} p90 {:?} p99 {:?} max {:?}", g/3000, tot/n as u128, v[n/2], v[n*9/10], v[n*99/100], &v[n-8..]);
let top:u128=v[n*99/100..].iter().map(|x|x.0).sum(); println!("top1% share {}", top*100/tot); let top:u128=v[n*9/10..].iter().map(|x|x.0).sum(); println!("top10% share {}", top*100/tot);}
