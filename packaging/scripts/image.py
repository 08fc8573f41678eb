#!/usr/bin/env python3
"""Writes an OCI image layout as a tar: the static binary and a line of passwd, from scratch. Needs no container tool.
The same binary and the same commit give the same bytes.

    image.py BINARY OUTPUT VERSION EPOCH ARCH

https://github.com/opencontainers/image-spec, image-layout.md, config.md and layer.md of version 1.1."""

import gzip
import hashlib
import io
import json
import sys
import tarfile
import time

USER = 65532  # in no distribution's range of people or services

PASSWD = f"timeprobe:x:{USER}:{USER}:timeprobe:/:/usr/bin/timeprobe\n"


def entry(tar, name, content=None, mode=0o644, epoch=0):
    info = tarfile.TarInfo(name)
    info.mtime, info.mode = epoch, mode
    if content is None:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
    else:
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))


def layer(binary, epoch):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in ("etc", "usr", "usr/bin"):
            entry(tar, folder, mode=0o755, epoch=epoch)
        entry(tar, "etc/passwd", PASSWD.encode(), epoch=epoch)
        entry(tar, "usr/bin/timeprobe", binary, 0o755, epoch)
    return raw.getvalue()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def encoded(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def descriptor(kind, content, **more):
    return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest(content), "size": len(content), **more}


def image(binary, version, epoch, arch):
    """The files of the layout, by name."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))
    plain = layer(binary, epoch)
    packed = gzip.compress(plain, 9, mtime=0)
    notes = {
        "org.opencontainers.image.title": "timeprobe",
        "org.opencontainers.image.description": "proves bounds on the error of a guest's clock",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.created": created,
    }
    config = encoded({
        "architecture": arch,
        "os": "linux",
        "created": created,
        "config": {
            "User": f"{USER}:{USER}",
            "Entrypoint": ["/usr/bin/timeprobe"],
            "Env": ["PATH=/usr/bin"],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            "Labels": notes,
        },
        "rootfs": {"type": "layers", "diff_ids": [digest(plain)]},
        "history": [{"created": created, "created_by": "the static binary and /etc/passwd"}],
    })
    manifest = encoded({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("config.v1+json", config),
        "layers": [descriptor("layer.v1.tar+gzip", packed)],
        "annotations": notes,
    })
    index = encoded({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            descriptor(
                "manifest.v1+json", manifest, platform={"architecture": arch, "os": "linux"},
                annotations={
                    "org.opencontainers.image.ref.name": version,
                    "io.containerd.image.name": f"timeprobe:{version}",
                })
        ],
    })
    files = {"oci-layout": encoded({"imageLayoutVersion": "1.0.0"}), "index.json": index}
    # `docker load` of old versions knows this alone.
    files["manifest.json"] = encoded([{
        "Config": "blobs/sha256/" + digest(config)[7:],
        "RepoTags": [f"timeprobe:{version}"],
        "Layers": ["blobs/sha256/" + digest(packed)[7:]],
    }])
    for blob in (config, packed, manifest):
        files["blobs/sha256/" + digest(blob)[7:]] = blob
    return files


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    binary, output, version, epoch, arch = sys.argv[1:]
    with open(binary, "rb") as file:
        files = image(file.read(), version, int(epoch), arch)
    with tarfile.open(output, "w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in ("blobs", "blobs/sha256"):
            entry(tar, folder, mode=0o755, epoch=int(epoch))
        for name in sorted(files):
            entry(tar, name, files[name], epoch=int(epoch))


main()
