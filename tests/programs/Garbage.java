/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program whose heap fills with what nobody holds, 8 MB a second; the collector has yet to come. */
public class Garbage {
	public static void main(String[] words) throws Exception {
		System.out.println("ready");
		for (;;) {
			for (int i = 0; i < 40; i++) {
				byte[] gone = new byte[20000];
			}
			Thread.sleep(100);
		}
	}
}
