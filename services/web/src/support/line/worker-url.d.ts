/** What Vite answers for a worker's file: the address under which it is built. */
declare module '*?worker&url' {
  const url: string
  export default url
}
