/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program whose heap fills with what nobody holds, 8 MB a second; the collector has come once, when
 * there was nothing, and has yet to come again. */
public class Garbage {
	public static void main(String[] words) throws Exception {
		System.gc();
		System.out.println("ready");
		for (;;) {
			for (int i = 0; i < 40; i++) {
				byte[] gone = new byte[20000];
			}
			Thread.sleep(100);
		}
	}
}
