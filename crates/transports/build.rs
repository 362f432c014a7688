//! Makes Rust of the .proto file, with a compiler in Rust: no protoc is needed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto/passkeys.proto");
    let descriptors = protox::compile(["passkeys.proto"], ["proto"])?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
