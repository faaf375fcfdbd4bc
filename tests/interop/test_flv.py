# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtmpmux and rtmpdemux against FFmpeg: 8.1, which knows Enhanced RTMP, and
5.1, which knows all that came before."""

from harness import ffmpeg, place
from harness.flv import MEDIA, FlvCase, kind
from harness.matrix import shows

# FFmpeg's own numbers (AVColorPrimaries, AVColorTransferCharacteristic).
BT2020, SMPTE2084 = 9, 16
# Its muxer does not write this one.
READ_ONLY = ("vp8",)
TRACKS = ("h264", "aac", "h265", "opus", "av1", "ac3")


class Enhanced(FlvCase):
    """Each codec there and back: the packets that FFmpeg 8.1 finds in the file
    are those that it finds in the source."""

    seconds = 20
    codecs = MEDIA

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ffmpeg8 = cls.start_ffmpeg8()
        cls._write()
        cls.before = {codec: cls.ffmpeg8.list(cls.source(codec))[0][1] for codec in MEDIA}
        for codec in MEDIA.keys() - READ_ONLY:
            cls.ffmpeg8.remux(cls.shared(f"{codec}-8.flv"), cls.source(codec))
        cls._read()

    @classmethod
    def _write(cls):
        """All files of ours, by one pipeline."""
        lines = []
        for codec in MEDIA:
            for form, options in (("plain", ""), ("enhanced", "enhanced=true")):
                name = f"{codec}-{form}"
                lines.append(
                    f"rtmpmux name={name} {options} ! filesink location={cls.shared(name)}.flv "
                    + cls.branch(codec, name)
                )
        lines.append(f"rtmpmux name=tracks ! filesink location={cls.shared('tracks.flv')}")
        for index, codec in enumerate(TRACKS):
            lines.append(cls.branch(codec, "tracks", index // 2))
        cls.frames(*lines)

    @classmethod
    def _read(cls):
        """All files of FFmpeg's, by one pipeline."""
        cls.ffmpeg8.remux(cls.shared("tracks-8.flv"), *map(cls.source, TRACKS))
        lines = []
        for codec in MEDIA.keys() - READ_ONLY:
            lines.append(
                f"filesrc location={cls.shared(codec)}-8.flv ! rtmpdemux name={codec}-d "
                f"{codec}-d.{kind(codec)}_0 ! fakesink name={codec}"
            )
        path = cls.shared("tracks-8.flv")
        lines.append(f"filesrc location={path} ! rtmpdemux name=d")
        for pad in ("video_0", "audio_0", "video_1", "audio_1", "video_2", "audio_2"):
            lines.append(f"d.{pad} ! queue ! fakesink name={pad}")
        cls.ours = cls.frames(*lines)

    def _written(self, codec, form):
        (_, packets), *more = self.ffmpeg8.list(self.shared(f"{codec}-{form}.flv"))
        self.assertEqual([], more)
        # What stands before VP8 it takes for a packet.
        self.assert_same(self.before[codec], packets[codec == "vp8" :])

    def _both(self, codec):
        self._written(codec, "plain")
        self._written(codec, "enhanced")
        if codec not in READ_ONLY:
            (_, packets), *_ = self.ffmpeg8.list(self.shared(f"{codec}-8.flv"))
            self.assert_same(packets, self.ours[codec], 0)

    @shows("rtmpmux", "FFmpeg 8.1", "H.264")
    @shows("FFmpeg 8.1", "rtmpdemux", "H.264")
    def test_h264(self):
        self._both("h264")

    @shows("rtmpmux", "FFmpeg 8.1", "H.265")
    @shows("FFmpeg 8.1", "rtmpdemux", "H.265")
    def test_h265(self):
        self._both("h265")

    @shows("rtmpmux", "FFmpeg 8.1", "AV1")
    @shows("FFmpeg 8.1", "rtmpdemux", "AV1")
    def test_av1(self):
        self._both("av1")

    @shows("rtmpmux", "FFmpeg 8.1", "VP9")
    @shows("FFmpeg 8.1", "rtmpdemux", "VP9")
    def test_vp9(self):
        self._both("vp9")

    @shows("rtmpmux", "FFmpeg 8.1", "VP8")
    def test_vp8(self):
        self._both("vp8")

    @shows("rtmpmux", "FFmpeg 8.1", "AAC")
    @shows("FFmpeg 8.1", "rtmpdemux", "AAC")
    def test_aac(self):
        self._both("aac")

    @shows("rtmpmux", "FFmpeg 8.1", "MP3")
    @shows("FFmpeg 8.1", "rtmpdemux", "MP3")
    def test_mp3(self):
        self._both("mp3")

    @shows("rtmpmux", "FFmpeg 8.1", "Opus")
    @shows("FFmpeg 8.1", "rtmpdemux", "Opus")
    def test_opus(self):
        self._both("opus")

    @shows("rtmpmux", "FFmpeg 8.1", "FLAC")
    @shows("FFmpeg 8.1", "rtmpdemux", "FLAC")
    def test_flac(self):
        self._both("flac")

    @shows("rtmpmux", "FFmpeg 8.1", "AC-3")
    @shows("FFmpeg 8.1", "rtmpdemux", "AC-3")
    def test_ac3(self):
        self._both("ac3")

    @shows("rtmpmux", "FFmpeg 8.1", "E-AC-3")
    @shows("FFmpeg 8.1", "rtmpdemux", "E-AC-3")
    def test_eac3(self):
        self._both("eac3")

    def test_streams_are_described(self):
        (h265, _), *_ = self.ffmpeg8.list(self.shared("h265-plain.flv"))
        self.assertEqual((128, 96), (h265["width"], h265["height"]))
        (opus, _), *_ = self.ffmpeg8.list(self.shared("opus-plain.flv"))
        self.assertEqual(48000, opus["rate"])
        self.assertTrue(opus["extradata"].startswith(b"OpusHead".hex()))

    @shows("rtmpmux", "FFmpeg 8.1", "high dynamic range")
    def test_high_dynamic_range_is_told(self):
        path = self.path("hdr.flv")
        self.frames(
            f"rtmpmux name=m ! filesink location={path} filesrc location={self.source('vp9')} ! "
            "qtdemux ! capssetter caps=video/x-vp9,colorimetry=bt2100-pq ! m.video_0"
        )
        (stream, _), *_ = self.ffmpeg8.list(path)
        self.assertEqual((BT2020, SMPTE2084), (stream["primaries"], stream["transfer"]))

    @shows("rtmpmux", "FFmpeg 8.1", "three tracks of each kind")
    def test_ffmpeg_reads_our_tracks(self):
        found = self.ffmpeg8.list(self.shared("tracks.flv"))
        self.assertEqual(len(TRACKS), len(found))
        for codec in TRACKS:
            first = self.before[codec][0]["md5"]
            packets = next(packets for _, packets in found if packets[0]["md5"] == first)
            self.assert_same(self.before[codec], packets)

    @shows("FFmpeg 8.1", "rtmpdemux", "three tracks of each kind")
    def test_ours_reads_ffmpegs_tracks(self):
        found = self.ffmpeg8.list(self.shared("tracks-8.flv"))
        self.assertEqual(len(TRACKS), len(found))
        for index, codec in enumerate(TRACKS):
            first = self.before[codec][0]["md5"]
            packets = next(packets for _, packets in found if packets[0]["md5"] == first)
            self.assert_same(packets, self.ours[f"{kind(codec)}_{index // 2}"], 0)


class Old(FlvCase):
    """What FFmpeg 5.1 and GStreamer's own elements write and read, and what a
    checker of files says."""

    seconds = 10
    codecs = ("h264", "aac", "mp3")
    # How FFmpeg 5.1 makes it, and what decodes it.
    flash = {
        "sorenson": ("-c:v flv", "video_0", "avdec_flv"),
        "screen": ("-c:v flashsv", "video_0", "avdec_flashsv"),
        "screen2": ("-c:v flashsv2", "video_0", "avdec_flashsv2"),
        "adpcm": ("-ar 22050 -c:a adpcm_swf", "audio_0", "avdec_adpcm_swf"),
        "nellymoser": ("-ar 22050 -ac 1 -c:a nellymoser", "audio_0", "avdec_nellymoser"),
        "speex": ("-ar 16000 -ac 1 -c:a libspeex", "audio_0", "speexdec"),
        "a-law": ("-ar 8000 -ac 1 -c:a pcm_alaw", "audio_0", "alawdec"),
        "mu-law": ("-ar 8000 -ac 1 -c:a pcm_mulaw", "audio_0", "mulawdec"),
        "pcm": ("-ar 44100 -c:a pcm_s16le", "audio_0", "audioconvert"),
        "mp3": ("-ar 22050 -c:a libmp3lame", "audio_0", "mpg123audiodec"),
    }

    @shows("FFmpeg 5.1", "rtmpdemux", "Sorenson H.263", "Screen Video 1 and 2", "ADPCM", "Nellymoser")
    @shows("FFmpeg 5.1", "rtmpdemux", "Speex", "A-law", "mu-law", "PCM", "MP3")
    def test_files_of_the_flash_years_are_read(self):
        words = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=20", "-f", "lavfi", "-i", "sine"]
        lines = []
        for name, (options, pad, decoder) in self.flash.items():
            path = self.path(f"{name}.flv")
            words += ["-map", "0:v" if pad.startswith("v") else "1:a", "-t", "1"]
            words += [*options.split(), path]
            lines.append(
                f"filesrc location={path} ! rtmpdemux name={name}-d {name}-d.{pad} ! "
                f"tee name={name}-t ! queue ! fakesink name={name} "
                f"{name}-t. ! queue ! {decoder} ! fakesink name={name}-decoded"
            )
        ffmpeg.make(*words)
        ours = self.frames(*lines)
        for name in self.flash:
            (_, packets), *_ = ffmpeg.list5(self.path(f"{name}.flv"))
            digests = [packet["md5"] for packet in packets]
            self.assertEqual(digests, [frame["md5"] for frame in ours[name]], name)
            for packet, frame in zip(packets, ours[name]):
                self.assertAlmostEqual(packet["pts"], frame["pts"], delta=1.01, msg=name)
            # avdec_flashsv2 shows key frames only.
            self.assertGreater(len(ours[f"{name}-decoded"]), 1, name)

    @shows("rtmpmux", "FFmpeg 5.1", "H.264", "AAC")
    def test_ffmpeg_and_flvmeta_read_ours(self):
        path = self.path("plain.flv")
        self.frames(
            f"rtmpmux name=m ! filesink location={path}", self.branch("h264"), self.branch("aac")
        )
        text = ffmpeg.run([place.program("flvmeta"), "--check", "--level=error", path])
        self.assertIn("0 error(s)", text)
        found = {stream["codec_name"]: packets for stream, packets in ffmpeg.list5(path)}
        # Nothing in it is taken for a stream of another kind.
        self.assertEqual({"h264", "aac"}, set(found))
        for codec, packets in found.items():
            (_, before), *_ = ffmpeg.list5(self.source(codec))
            self.assert_same(before, packets)

    @shows("FFmpeg 5.1", "rtmpdemux", "H.264", "MP3")
    def test_ours_reads_ffmpegs(self):
        path = self.path("plain.flv")
        words = ("-i", self.source("h264"), "-i", self.source("mp3"))
        ffmpeg.make(*words, "-map", "0", "-map", "1", "-c", "copy", path)
        ours = self.frames(
            f"filesrc location={path} ! rtmpdemux name=d d.video_0 ! queue ! fakesink name=video "
            "d.audio_0 ! queue ! fakesink name=audio"
        )
        for stream, packets in ffmpeg.list5(path):
            self.assert_same(packets, ours[stream["codec_type"]], 0)

    @shows("rtmpmux", "flvdemux", "H.264", "MP3")
    @shows("flvmux", "rtmpdemux", "H.264", "MP3")
    def test_gstreamers_own(self):
        ours, theirs = self.path("ours.flv"), self.path("theirs.flv")
        self.frames(
            f"rtmpmux name=m ! filesink location={ours}",
            self.branch("h264"),
            self.branch("mp3"),
            f"flvmux name=f streamable=true ! filesink location={theirs}",
            f"filesrc location={self.source('h264')} ! qtdemux ! queue ! f.video",
            f"filesrc location={self.source('mp3')} ! qtdemux ! mpegaudioparse ! queue ! f.audio",
        )
        found = self.frames(
            f"filesrc location={ours} ! flvdemux name=f",
            "f.video ! queue ! fakesink name=ours-video f.audio ! queue ! fakesink name=ours-audio",
            f"filesrc location={theirs} ! rtmpdemux name=d d.video_0 ! queue",
            "! fakesink name=theirs-video d.audio_0 ! queue ! fakesink name=theirs-audio",
        )
        for whose, path in (("ours", ours), ("theirs", theirs)):
            by_kind = {stream["codec_type"]: packets for stream, packets in ffmpeg.list5(path)}
            for which in ("video", "audio"):
                packets, frames = by_kind[which], found[f"{whose}-{which}"]
                self.assertEqual(len(packets), len(frames))
                # flvmux makes up the time of the last picture.
                self.assert_same(packets[:-1], frames[:-1], 0)
