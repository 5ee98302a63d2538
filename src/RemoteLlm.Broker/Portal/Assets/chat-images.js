// Images that somebody adds: made as large as models look at them, and no larger.

/** Most images of one message. */
export const mostImages = 4;

const longestSide = 1536;

/** The data URL of an image file. Rejects what is no image that this browser reads. */
export async function readImage(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const keeps = scale === 1 && file.size < 256 * 1024 && ["image/png", "image/jpeg", "image/webp"].includes(file.type);
  const blob = keeps ? file : await scaled(bitmap, scale);
  bitmap.close();
  return dataUrl(blob);
}

function scaled(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  // JPEG knows no transparency: paper behind it, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error("no image"))), "image/jpeg", 0.85));
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
