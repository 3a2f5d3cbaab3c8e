const WIDTH = 2000
const SMALL_ENOUGH = 1_000_000

/**
 * A photo as small as it will be shown at most, so that it goes out on a slow line too, and where it was taken stays on
 * the phone. What is no photo, or cannot be read here, is sent as it is: the site decides.
 * @param {File} file
 * @returns {Promise<File>}
 */
export async function shrinkPhoto(file) {
  const is_heic = /^image\/hei[cf]$/.test(file.type) || /\.hei[cf]$/i.test(file.name)
  if (!is_heic && (file.type !== 'image/jpeg' || file.size <= SMALL_ENOUGH)) return file
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, WIDTH / picture.width)
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale))
    const paper = canvas.getContext('2d')
    if (!paper) return file
    paper.imageSmoothingQuality = 'high'
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
    // the site cannot read HEIC, which may be the smaller of the two
    return is_heic || blob.size < file.size ? new File([blob], file.name, { type: 'image/jpeg' }) : file
  } catch {
    return file
  }
}
